import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant } from './planted-workspace.ts'
import { REPOSITORY } from './workspace.ts'

const platform = `${process.platform}-${process.arch}`

// A drain that takes a moment: the launcher must outlive the signal and report the program's own status.
const server = `
process.on('SIGTERM', () => setTimeout(() => { console.log('drained'); process.exit(7) }, 50))
setInterval(() => {}, 1000)
console.log('up')
`

/** A repository with the launcher, whose toolchain is this Node and a pnpm that only says what it was asked. */
function repository(): Disposable & { readonly root: string } {
  const pnpm = `.tools/node_modules/@pnpm/exe.${platform}/pnpm`
  const planted = plant({
    'package.json': {
      scripts: {
        serve: 'node server.mjs',
        fail: 'node -e "process.exit(3)"',
        print: 'node print.mjs',
        die: 'kill -KILL $$',
      },
    },
    'server.mjs': server,
    'print.mjs': 'console.log(JSON.stringify(process.argv.slice(2)), process.env.npm_config_noise)',
    'tools/toolchain/package-lock.json': 'locked',
    '.tools/stamp': 'locked',
    [pnpm]: '#!/bin/sh\necho "$@" >&2\n',
  })
  chmodSync(join(planted.root, pnpm), 0o755)
  copyFileSync(join(REPOSITORY, 'tools/run.mjs'), join(planted.root, 'tools/run.mjs'))
  const bin = join(planted.root, `.tools/node_modules/node-${platform}/bin`)
  mkdirSync(bin, { recursive: true })
  symlinkSync(process.execPath, join(bin, 'node'))
  return planted
}

function launch(root: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, npm_config_noise: 'inherited' }
  return spawnSync(process.execPath, [join(root, 'tools/run.mjs'), ...args], { encoding: 'utf8', env })
}

describe.runIf(platform === 'linux-x64' || platform === 'linux-arm64')('run.mjs', () => {
  it('passes SIGTERM to the program, waits for it and keeps its exit status', async () => {
    using planted = repository()
    const child = spawn(process.execPath, [join(planted.root, 'tools/run.mjs'), 'serve'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
      if (String(data).includes('up')) child.kill('SIGTERM')
    })
    // A launcher that loses the signal must fail this test, not hang it.
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(output).toBe('up\ndrained\n')
    expect(code).toBe(7)
  })

  it('stops the program when the shell that npm put above it is killed', async () => {
    using planted = repository()
    const child = spawn('sh', ['-c', `"${process.execPath}" tools/run.mjs serve; true`], {
      cwd: planted.root,
      env: { ...process.env, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
      if (String(data).includes('up')) child.kill('SIGTERM')
    })
    // The pipe closes once the program, which holds its other end, has ended.
    await new Promise((resolve) => child.on('close', resolve))
    expect(output).toBe('up\ndrained\n')
  })

  it('keeps the exit status of a script that fails', () => {
    using planted = repository()
    expect(launch(planted.root, 'fail').status).toBe(3)
  })

  it('reports a script that a signal ended as 128 plus its number', () => {
    using planted = repository()
    expect(launch(planted.root, 'die').status).toBe(128 + 9)
  })

  it('installs the locked packages first, and hands arguments over unchanged', () => {
    using planted = repository()
    const { stdout, stderr } = launch(planted.root, 'print', "it's", '$HOME', 'a b')
    expect(stderr).toContain('install --frozen-lockfile --prefer-offline')
    expect(stdout).toBe('["it\'s","$HOME","a b"] undefined\n')
  })

  it('drops the -- that pnpm leaves before the arguments, and only that', () => {
    using planted = repository()
    expect(launch(planted.root, 'print', '--', '--data', 'x', '--').stdout).toBe(
      '["--data","x","--"] undefined\n',
    )
  })

  it('names a script that does not exist', () => {
    using planted = repository()
    const { status, stderr } = launch(planted.root, 'nothing')
    expect(status).toBe(1)
    expect(stderr).toContain('no script nothing')
  })
})
