// Runs the whole test suite on each Node version that the packages support.
//
//   node tools/test-matrix.ts [arguments for vitest]
//
// The Node binaries come from npm, locked in tools/matrix/package-lock.json, and are unpacked in .tools/matrix.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isProgram, REPOSITORY } from './workspace.ts'

/** The aliases of tools/matrix/package.json, oldest Node first. */
export function matrixAliases(manifest: { optionalDependencies: Record<string, string> }): string[] {
  return Object.keys(manifest.optionalDependencies).sort()
}

/** Installs the binaries unless this lockfile was installed already. Returns the folder. */
function install(root: string): string {
  const target = join(root, '.tools/matrix')
  const lock = readFileSync(join(root, 'tools/matrix/package-lock.json'), 'utf8')
  const stamp = join(target, 'stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return target
  mkdirSync(target, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(root, 'tools/matrix', file), join(target, file))
  }
  const args = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  const result = spawnSync('npm', args, { cwd: target, stdio: 'inherit' })
  if (result.status !== 0) throw new Error('cannot install the Node versions of the matrix')
  writeFileSync(stamp, lock)
  return target
}

if (isProgram(import.meta.url)) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the matrix has binaries for linux-x64 only, this is ${process.platform}-${process.arch}`)
  }
  const target = install(REPOSITORY)
  const failed: string[] = []
  for (const alias of matrixAliases(JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')))) {
    const bin = join(target, 'node_modules', alias, 'bin')
    const node = join(bin, 'node')
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
    console.log(`test-matrix: Node ${version}`)
    const env = { ...process.env, TOOLCHAIN_NODE: version, PATH: `${bin}${delimiter}${process.env['PATH']}` }
    const args = [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]
    const result = spawnSync(node, args, { cwd: REPOSITORY, env, stdio: 'inherit' })
    if (result.status !== 0) failed.push(version)
  }
  if (failed.length > 0) {
    console.error(`test-matrix: failed on Node ${failed.join(', ')}`)
    process.exitCode = 1
  }
}
