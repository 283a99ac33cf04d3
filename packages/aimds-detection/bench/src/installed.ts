import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = ['core', 'matcher', 'aimds-core', 'aimds-detection']
const folder = fileURLToPath(new URL('../../../', import.meta.url))

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}${stdout}`)
  return stdout
}

export interface ColdStart {
  readonly importMs: number
  readonly readyMs: number
  readonly rssMiB: number
}

/** Builds and packs the packages, unpacks them as npm would, and starts `cold-start.ts` there `times` times. */
export function coldStarts(times: number): ColdStart[] {
  const dir = mkdtempSync(join(tmpdir(), 'cold-start-'))
  try {
    for (const name of PACKAGES) {
      const target = join(dir, 'node_modules/@midstream', name)
      mkdirSync(target, { recursive: true })
      run('pnpm', ['build'], join(folder, name))
      run('pnpm', ['pack', '--out', join(dir, `${name}.tgz`)], join(folder, name))
      run('tar', ['xzf', join(dir, `${name}.tgz`), '-C', target, '--strip-components=1'], dir)
    }
    const program = join(dir, 'cold-start.mjs')
    copyFileSync(new URL('./cold-start.ts', import.meta.url), program)
    return Array.from({ length: times }, () => JSON.parse(run(process.execPath, [program], dir)) as ColdStart)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
