import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCli } from '../src/index.ts'
import { type CliRun, runMain } from './run-cli.ts'

/** Runs the program in this process. */
async function call(...args: string[]): Promise<CliRun> {
  let stdout = ''
  let stderr = ''
  const code = await runCli(args, {
    stdout: {
      write: (text) => {
        stdout += text
      },
    },
    stderr: {
      write: (text) => {
        stderr += text
      },
    },
    stdin: (async function* () {})(),
    env: {},
  })
  return { code, stdout, stderr }
}

describe('midstream', { timeout: 60_000 }, () => {
  it('CL-19 prints the version of its package', async () => {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    const run = await runMain(['--version'])
    expect(run).toEqual({ code: 0, stdout: `${JSON.parse(manifest).version}\n`, stderr: '' })
    const sarif = JSON.parse((await call('scan', '--sarif', '--text', 'x')).stdout)
    expect(sarif.runs[0].tool.driver.version).toBe(JSON.parse(manifest).version)
  })

  it('CL-20 lists the commands that exist and no others', async () => {
    const { code, stdout } = await runMain(['--help'])
    expect(code).toBe(0)
    const listed = [...stdout.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name!)
    expect(listed).toEqual(['scan', 'replay', 'serve'])
    for (const name of listed) {
      for (const args of [
        [name, '--help'],
        ['--help', name],
        [name, '-h'],
      ]) {
        const help = await call(...args)
        expect([help.code, help.stderr]).toEqual([0, ''])
        expect(help.stdout).toMatch(`Usage: midstream ${name} `)
      }
    }
  })

  it('CL-20 lists the settings of the gateway in the help of serve', async () => {
    const { stdout } = await call('serve', '--help')
    expect(stdout).toContain('--server.port NUMBER (8787)')
    expect(stdout).toContain('--guard.loops off|annotate|block (off)')
  })

  it('CL-20 documents every option of a command in its help', async () => {
    const { COMMANDS } = await import('../src/commands.ts')
    for (const { options, details } of Object.values(COMMANDS)) {
      for (const option of Object.keys(options)) expect(details).toContain(`--${option} `)
    }
  })

  it('CL-03 takes flags anywhere', async () => {
    const orders = [
      ['scan', '--json', '--text', 'a b'],
      ['scan', '--text', 'a b', '--json'],
      ['--json', 'scan', '--text', 'a b'],
      ['--text', 'a b', '--json', 'scan'],
      ['--text=a b', 'scan', '--json'],
    ]
    const [first, ...others] = await Promise.all(orders.map((order) => call(...order)))
    expect(first?.code).toBe(0)
    for (const other of others) expect(other).toEqual(first)
  })

  it('takes the value of an option for no command', async () => {
    const { code, stdout } = await call('--text', 'replay', 'scan')
    expect([code, stdout]).toEqual([0, '0 findings in 1 input\n'])
  })

  it('takes what follows -- for files', async () => {
    const { code, stderr } = await call('scan', '--', '--json')
    expect(code).toBe(2)
    expect(stderr).toContain('cannot read --json')
  })

  it.each([
    [[], 'no command'],
    [['nope'], 'unknown command "nope"'],
    [['toString'], 'unknown command "toString"'],
    [['--nope'], 'no command in: --nope'],
    [['--version', 'scan'], "Unknown option '--version'"],
    [['scan'], 'nothing to scan'],
    [['scan', '--nope'], "Unknown option '--nope'"],
    [['scan', '--text'], 'argument missing'],
    [['scan', '--json', '--sarif', '--text', 'x'], 'exclude each other'],
    [['replay'], 'no scenario'],
    [['replay', 'pii', 'clean'], 'one scenario at a time'],
    [['replay', '--list', 'pii'], '--list goes without'],
    [['replay', 'pii', '--protocol', 'nope'], '--protocol must be one of'],
    [['replay', 'pii', '--speed', '0'], '--speed must be'],
    [['replay', 'pii', '--speed', 'fast'], '--speed must be'],
    [['serve', '--nope', '1'], 'nope'],
    [['serve', '--port', 'x'], 'server.port'],
  ])('CL-05 ends %j with status 2 and a message', async (args, message) => {
    const { code, stdout, stderr } = await call(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^midstream: /)
    expect(stderr).toContain(message)
  })
})

describe('main', { timeout: 60_000 }, () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  // More than a pipe holds, so that the reader is gone before all is written.
  const text = 'write to maria.keller@example.com\n'.repeat(40_000)

  it('ends with the status of SIGPIPE when its reader goes away, never as if nothing was found', async () => {
    const child = spawn(process.execPath, [main, 'scan', '--stdin'], { stdio: 'pipe' })
    let stderr = ''
    child.stderr.on('data', (piece: Buffer) => {
      stderr += String(piece)
    })
    child.stdout.once('data', () => child.stdout.destroy())
    child.stdin.end(text)
    expect(await once(child, 'close')).toEqual([141, null])
    expect(stderr).toBe('')
  })

  it('keeps its status when nobody reads its messages', async () => {
    const child = spawn(process.execPath, [main, 'nope'], { stdio: 'pipe' })
    child.stderr.destroy()
    expect(await once(child, 'close')).toEqual([2, null])
  })

  it.skipIf(process.platform !== 'linux')('says in one line that it could not write', async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [main, 'scan', '--text', 'x'], { stdio: ['ignore', full, 'pipe'] })
    closeSync(full)
    let stderr = ''
    child.stderr!.on('data', (piece: Buffer) => {
      stderr += String(piece)
    })
    expect(await once(child, 'close')).toEqual([70, null])
    expect(stderr).toMatch(/^midstream: cannot write the output: ENOSPC.*\n$/)
  })
})

describe('the package', () => {
  it('exports what it promises and nothing else', async () => {
    expect(Object.keys(await import('../src/index.ts'))).toEqual(['runCli'])
  })
})

describe('midstream serve', { timeout: 60_000 }, () => {
  it('runs the gateway until a signal', async () => {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const args = [main, 'serve', '--profile', 'test']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [greeting] = await once(child.stdout, 'data')
      const url = /http:\/\/\S+/.exec(String(greeting))?.[0]
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).toEqual([0, null])
    } finally {
      child.kill('SIGKILL')
    }
  })
})
