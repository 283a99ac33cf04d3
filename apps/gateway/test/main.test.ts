import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { ask, until } from './gateway-harness.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const running: ChildProcess[] = []
const folders: string[] = []

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

interface Program {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  readonly exit: Promise<number | null>
}

function start(args: readonly string[], env: Record<string, string> = {}): Program {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [main, ...args], { env: { PATH, ...env } })
  running.push(child)
  let output = ''
  let errors = ''
  child.stdout.on('data', (piece: Buffer) => {
    output += String(piece)
  })
  child.stderr.on('data', (piece: Buffer) => {
    errors += String(piece)
  })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, output: () => output, errors: () => errors, exit }
}

async function urlOf(program: Program): Promise<string> {
  await until(() => program.output().includes('curl'), 'the gateway to start')
  return /http:\/\/127\.0\.0\.1:\d+/.exec(program.output())![0]
}

function file(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'midstream-'))
  folders.push(folder)
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('main', () => {
  it('GW-19 says where it is and how to try it, finishes a stream on SIGTERM, then exits with 0', {
    timeout: 20_000,
  }, async () => {
    const program = start(['--port=0'], { MIDSTREAM_UPSTREAM__REPLAY_SPEED: '8', MIDSTREAM_LOG_LEVEL: 'x' })
    const url = await urlOf(program)
    expect(program.output()).toContain(`curl -N ${url}/v1/chat/completions`)
    expect(program.errors()).toContain('warning: MIDSTREAM_LOG_LEVEL is ignored')
    const response = await ask({ url }, { model: 'replay/clean', stream: true })
    program.child.kill('SIGTERM')
    expect(await response.text()).toMatch(/\[DONE\]\n\n$/)
    expect(await program.exit).toBe(0)
  })

  it('takes signals that come together for one, and ends at once on a later one', {
    timeout: 20_000,
  }, async () => {
    const program = start(['--port=0'], { MIDSTREAM_UPSTREAM__REPLAY_SPEED: '8' })
    const url = await urlOf(program)
    const response = await ask({ url }, { model: 'replay/clean', stream: true })
    program.child.kill('SIGTERM')
    program.child.kill('SIGINT')
    program.child.kill('SIGTERM')
    expect(await response.text()).toMatch(/\[DONE\]\n\n$/)
    expect(await program.exit).toBe(0)

    const impatient = start(['--port=0'], { MIDSTREAM_UPSTREAM__REPLAY_SPEED: '0.1' })
    const answer = await ask({ url: await urlOf(impatient) }, { model: 'replay/clean', stream: true })
    impatient.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 1200))
    impatient.child.kill('SIGINT')
    expect(await impatient.exit).toBe(1)
    await expect(answer.text()).rejects.toThrow()
  })

  it('CF-04 logs neither text nor keys', { timeout: 20_000 }, async () => {
    const key = 'gateway-key-0123456789'
    const env = {
      MIDSTREAM_AUTH__KEYS: key,
      OPENAI_API_KEY: 'sk-of-the-gateway',
      MIDSTREAM_LOG__LEVEL: 'trace',
      MIDSTREAM_UPSTREAM__REPLAY_SPEED: '1000',
    }
    const program = start(['--port=0'], env)
    const url = await urlOf(program)
    const messages = [{ role: 'user', content: 'a question of mine' }]
    await (
      await ask({ url }, { model: 'replay/pii', messages }, { headers: { authorization: `Bearer ${key}` } })
    ).text()
    await (
      await ask(
        { url },
        { model: 'replay/pii', messages },
        { headers: { authorization: 'Bearer wrong-key' } },
      )
    ).text()
    program.child.kill('SIGINT')
    expect(await program.exit).toBe(0)
    expect(program.errors()).toContain('"outcome":"complete"')
    expect(program.errors()).toContain('REQUEST_UNAUTHENTICATED')
    expect(program.output() + program.errors()).not.toMatch(
      /gateway-key|sk-of|wrong-key|maria|hand-over|a question/,
    )
  })

  it('CF-03 stops with the name of the bad file and setting', { timeout: 20_000 }, async () => {
    const bad = file('gateway.toml', '[server]\nport = "eighty"\n')
    const program = start(['--config', bad])
    expect(await program.exit).toBe(2)
    expect(program.errors()).toContain(`CONFIG_INVALID: ${bad}: server.port: `)
    expect(program.errors()).not.toContain('    at ')
  })

  it('CF-06 reloads the streaming limits on SIGHUP', { timeout: 20_000 }, async () => {
    const config = file('gateway.toml', '[upstream]\nreplaySpeed = 1000\n')
    const program = start(['--port=0', '--config', config])
    const url = await urlOf(program)
    const asked = { model: 'replay/clean', stream: true }
    expect(await (await ask({ url }, asked)).text()).toContain('[DONE]')
    writeFileSync(config, '[streaming]\nmaxStreamBytes = 100\n')
    program.child.kill('SIGHUP')
    await until(() => program.errors().includes('reloaded'), 'the reload')
    expect(await (await ask({ url }, asked)).text()).toContain('STREAM_TOO_LARGE')
    writeFileSync(config, 'nonsense')
    program.child.kill('SIGHUP')
    await until(() => program.errors().includes('CONFIG_INVALID'), 'the complaint')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

describe('main --help', () => {
  it.each([['--help'], ['-h']])(
    'lists every setting and starts nothing (%s)',
    { timeout: 20_000 },
    async (flag) => {
      const program = start([flag])
      expect(await program.exit).toBe(0)
      expect(program.output()).toMatch(/^Usage: /)
      expect(program.output()).toContain('--server.port NUMBER (8787)')
      expect(program.errors()).toBe('')
    },
  )
})

describe('index', () => {
  it('GW-24 opens nothing when it is imported', { timeout: 20_000 }, async () => {
    const index = new URL('../src/index.ts', import.meta.url).href
    const script = `const gateway = await import(${JSON.stringify(index)})
      const { getActiveResourcesInfo: active } = process
      console.log(JSON.stringify([Object.keys(gateway), active().filter((name) => /TCP|Server|Timeout/.test(name))]))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script])
    running.push(child)
    let output = ''
    child.stdout.on('data', (piece: Buffer) => {
      output += String(piece)
    })
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
    expect(JSON.parse(output)).toEqual([
      [
        'EVENTS_VERSION',
        'keepYoungGenerationSmall',
        'loadConfig',
        'parseConfig',
        'runGateway',
        'settingsHelp',
        'startGateway',
      ],
      [],
    ])
  })
})
