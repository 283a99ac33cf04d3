import { DEFAULT_STREAM_LIMITS, MidstreamError } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { loadConfig, parseConfig } from '../src/config-sources.ts'

function load(sources: {
  argv?: readonly string[]
  env?: Readonly<Record<string, string>>
  files?: Readonly<Record<string, string>>
}): ReturnType<typeof loadConfig> {
  const { files = {}, ...rest } = sources
  return loadConfig({
    ...rest,
    readFile(path) {
      const text = files[path]
      if (text === undefined) throw new Error('ENOENT')
      return text
    },
  })
}

function failure(run: () => unknown): MidstreamError {
  try {
    run()
  } catch (error) {
    if (MidstreamError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('loadConfig', () => {
  it('has a default for everything', () => {
    const { config, warnings } = load({})
    expect(warnings).toEqual([])
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8787, dangerouslyPublic: false })
    expect(config.limits).toMatchObject({ maxBodyBytes: 1_048_576, maxInFlight: 512 })
    expect(config.streaming).toEqual(DEFAULT_STREAM_LIMITS)
    expect(config.upstream).toMatchObject({ connectTimeoutMs: 5000, idleTimeoutMs: 30_000 })
  })

  it('CF-01 lets the file override defaults, the environment the file, and flags the environment', () => {
    const files = { 'gw.toml': '[server]\nport = 1001\n[limits]\nmaxInFlight = 11\nmaxBodyDepth = 21' }
    const env = {
      MIDSTREAM_CONFIG: 'gw.toml',
      MIDSTREAM_SERVER__PORT: '1002',
      MIDSTREAM_LIMITS__MAX_BODY_DEPTH: '22',
    }
    const { config } = load({ files, env, argv: ['--server.port=1003'] })
    expect(config.server.port).toBe(1003)
    expect(config.limits.maxBodyDepth).toBe(22)
    expect(config.limits.maxInFlight).toBe(11)
    expect(config.limits.maxBodyBytes).toBe(1_048_576)
  })

  it('reads JSON files, short flags, switches, lists and actions', () => {
    const { config } = load({
      files: { 'gw.json': '{"auth":{"keys":["0123456789abcdef"]}}' },
      argv: [
        '--config',
        'gw.json',
        '--port',
        '9',
        '--host=127.0.0.2',
        '--server.dangerously-public',
        '--server.cors-origins=https://a.example, https://b.example',
        '--guard.actions=pii/email=block,secret/*=redact',
      ],
    })
    expect(config.auth.keys).toEqual(['0123456789abcdef'])
    expect(config.server).toMatchObject({ port: 9, host: '127.0.0.2', dangerouslyPublic: true })
    expect(config.server.corsOrigins).toEqual(['https://a.example', 'https://b.example'])
    expect(config.guard.actions).toEqual({ 'pii/email': 'block', 'secret/*': 'redact' })
  })

  it('takes a value for a switch, and what follows a switch without one for the next flag', () => {
    const argv = [
      '--guard.enabled',
      'false',
      '--guard.fail-open',
      '--guard.hold-tool-input',
      '0',
      '--port',
      '9',
    ]
    const { config } = load({ argv })
    expect(config.guard).toMatchObject({ enabled: false, failOpen: true, holdToolInput: false })
    expect(config.server.port).toBe(9)
  })

  it.each([
    [['--nope'], '--nope: nope: unknown key'],
    [['--port'], '--port: needs a value'],
    [['--config='], '--config: needs a value'],
  ])('CF-03 names what is wrong with the flags %j', (argv, message) => {
    expect(failure(() => load({ argv })).message).toBe(message)
  })

  it('CF-03 says why a file cannot be read', () => {
    const readFile = (): never => {
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
    }
    const run = (): unknown => loadConfig({ argv: ['--config', 'gw.toml'], readFile })
    expect(failure(run).message).toBe('gw.toml: cannot be read (EACCES)')
  })

  it('CF-02 joins section and key by two underscores and warns about one', () => {
    const { config, warnings } = load({
      env: { MIDSTREAM_STREAMING__MAX_CHUNK_BYTES: '1024', MIDSTREAM_STREAMING_MAX: '5' },
    })
    expect(config.streaming.maxChunkBytes).toBe(1024)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('MIDSTREAM_STREAMING_MAX ')
  })

  it.each([
    [
      'an unknown key in a file',
      { files: { f: '[server]\nprot = 1' }, argv: ['--config=f'] },
      'f: server.prot: unknown key',
    ],
    ['an unknown empty table', { files: { f: '[serve]' }, argv: ['--config=f'] }, 'f: serve: unknown key'],
    [
      'a wrong type in a file',
      { files: { f: '[server]\nport = "x"' }, argv: ['--config=f'] },
      'f: server.port: ',
    ],
    [
      'a wrong type in a variable',
      { env: { MIDSTREAM_SERVER__PORT: 'abc' } },
      'MIDSTREAM_SERVER__PORT: server.port: ',
    ],
    [
      'a number out of range',
      { env: { MIDSTREAM_SERVER__PORT: '70000' } },
      'MIDSTREAM_SERVER__PORT: server.port: ',
    ],
    [
      'an unknown variable',
      { env: { MIDSTREAM_SERVER__PROT: '1' } },
      'MIDSTREAM_SERVER__PROT: server.prot: unknown key',
    ],
    ['an unknown flag', { argv: ['--server.prot=1'] }, '--server.prot: server.prot: unknown key'],
    ['a flag without a value', { argv: ['--port'] }, '--port: needs a value'],
    ['a word that is no flag', { argv: ['serve'] }, 'command line: argument 1 is not a --flag'],
    [
      'an unknown action',
      { argv: ['--guard.actions=pii/email=eat'] },
      '--guard.actions: guard.actions.pii/email: ',
    ],
    [
      'half of a TLS section',
      { files: { f: '[server.tls]\ncertFile = "c"' }, argv: ['--config=f'] },
      'f: server.tls.keyFile: ',
    ],
    [
      'a key that is no header value',
      { env: { ANTHROPIC_API_KEY: 'sk-1\r\nx: y' } },
      'ANTHROPIC_API_KEY: upstream.anthropic.apiKey: a key has no blanks',
    ],
    ['a file that is not there', { argv: ['--config=nowhere.toml'] }, 'nowhere.toml: cannot be read'],
    [
      'a file that is not TOML',
      { files: { f: 'port: 1' }, argv: ['--config=f'] },
      'f: not valid TOML (line 1)',
    ],
    [
      'a file that is not JSON',
      { files: { 'f.json': '{' }, argv: ['--config=f.json'] },
      'f.json: not valid JSON',
    ],
  ])('CF-03 names the source and the path of %s', (_what, sources, message) => {
    const error = failure(() => load(sources))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message.startsWith(message)).toBe(true)
  })

  it('CF-04 repeats no value, so no secret, in an error or a warning', () => {
    const secret = 'sk-live-51'
    for (const sources of [
      { env: { MIDSTREAM_AUTH__KEYS: secret } },
      { env: { MIDSTREAM_UPSTREAM__OPENAI__BASE_URL: secret } },
      { env: { MIDSTREAM_GUARD__ENDING: secret } },
      { env: { OPENAI_API_KEY: `${secret}\n` } },
      { files: { f: `[auth]\nkeys = ["${secret}` }, argv: ['--config=f'] },
      { files: { 'f.json': `{"auth": ${secret}` }, argv: ['--config=f.json'] },
      { argv: [secret] },
    ]) {
      const error = failure(() => load(sources))
      expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toContain(secret)
    }
    const { warnings } = load({ env: { MIDSTREAM_AUTH_KEYS: secret } })
    expect(warnings.join()).not.toContain(secret)
  })

  it('CF-05 puts the defaults of a profile under the file, the environment and the flags', () => {
    expect(load({ argv: ['--profile=test'] }).config).toMatchObject({
      server: { port: 0 },
      log: { level: 'silent' },
    })
    expect(load({ env: { MIDSTREAM_PROFILE: 'prod' } }).config).toMatchObject({
      server: { protectMetrics: true },
      upstream: { replay: false },
    })
    expect(load({ argv: ['--profile=test', '--port=5'] }).config.server.port).toBe(5)
    expect(failure(() => load({ argv: ['--profile=__proto__'] })).message).toContain('--profile: profile: ')
  })

  it("reads the providers' own key variables, under ours", () => {
    const env = { OPENAI_API_KEY: 'one', ANTHROPIC_API_KEY: 'two' }
    expect(load({ env }).config.upstream).toMatchObject({
      openai: { apiKey: 'one' },
      anthropic: { apiKey: 'two' },
    })
    const both = { ...env, MIDSTREAM_UPSTREAM__OPENAI__API_KEY: 'three' }
    expect(load({ env: both }).config.upstream.openai.apiKey).toBe('three')
  })

  it('ignores names that would reach an object prototype', () => {
    expect(
      failure(() => load({ files: { 'f.json': '{"__proto__":{"port":1}}' }, argv: ['--config=f.json'] }))
        .code,
    ).toBe('CONFIG_INVALID')
    expect(failure(() => load({ argv: ['--constructor.name=x'] })).code).toBe('CONFIG_INVALID')
  })
})

describe('loadConfig, for every setting', () => {
  type Leaf = readonly [path: string, value: unknown]
  function leaves(value: unknown, path: string): Leaf[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || path === 'guard.actions') {
      return [[path, value]]
    }
    return Object.entries(value).flatMap(([key, inner]) =>
      leaves(inner, path === '' ? key : `${path}.${key}`),
    )
  }

  /** Text for settings that are no switch and no number, and what it must become. */
  const texts: Readonly<Record<string, readonly [string, unknown]>> = {
    profile: ['prod', 'prod'],
    'server.host': ['::1', '::1'],
    'server.corsOrigins': ['https://a.example', ['https://a.example']],
    'auth.keys': ['0123456789abcdef', ['0123456789abcdef']],
    'upstream.allowHosts': ['a.example,b.example', ['a.example', 'b.example']],
    'guard.atHoldLimit': ['release', 'release'],
    'guard.ending': ['hard', 'hard'],
    'guard.loops': ['block', 'block'],
    'guard.injection': ['annotate', 'annotate'],
    'guard.notice': ['Stopped.', 'Stopped.'],
    'guard.actions': ['pii/*=block', { 'pii/*': 'block' }],
    'log.level': ['warn', 'warn'],
  }

  function other(path: string, value: unknown): readonly [string, unknown] {
    if (typeof value === 'boolean') return [String(!value), !value]
    if (typeof value === 'number') return [String(value + 1), value + 1]
    const text = texts[path]
    if (text === undefined) throw new Error(`no value to test ${path} with`)
    return text
  }

  const defaults = parseConfig({})
  const optional: Leaf[] = ['upstream.openai', 'upstream.anthropic'].flatMap((provider): Leaf[] => [
    [`${provider}.baseUrl`, undefined],
    [`${provider}.apiKey`, undefined],
  ])
  const settings = [...leaves(defaults, ''), ...optional]

  it.each(settings)('GW-23 %s can be set by its variable and by its flag', (path, value) => {
    const [text, wanted] =
      value === undefined ? ['https://a.example', 'https://a.example'] : other(path, value)
    const words = path.split('.').map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`))
    const variable = `MIDSTREAM_${words.join('__').toUpperCase()}`
    const flag = `--${words.join('.').replaceAll('_', '-').toLowerCase()}=${text}`
    const at = (config: unknown): unknown =>
      path.split('.').reduce((inner, key) => (inner as Record<string, unknown>)[key], config)
    expect(at(defaults)).not.toEqual(wanted)
    expect(at(load({ env: { [variable]: text } }).config)).toEqual(wanted)
    expect(at(load({ argv: [flag] }).config)).toEqual(wanted)
  })
})

describe('parseConfig', () => {
  it('completes a partial configuration and refuses what is not one', () => {
    expect(parseConfig({ server: { port: 1 } }).server).toMatchObject({ port: 1, host: '127.0.0.1' })
    expect(failure(() => parseConfig({ sever: {} })).message).toBe('options: sever: unknown key')
    expect(failure(() => parseConfig([])).code).toBe('CONFIG_INVALID')
  })
})
