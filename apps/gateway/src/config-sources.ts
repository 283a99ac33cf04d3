import { MidstreamError } from '@midstream/core'
import { parse as parseToml } from 'smol-toml'
import type { z } from 'zod'
import { configSchema, type GatewayConfig, PROFILES } from './config.ts'

export interface ConfigSources {
  /** Arguments after the program's name: `--server.port=8080`, `--port 8080`, `--server.dangerously-public`. */
  readonly argv?: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Reads the file named by `--config` or MIDSTREAM_CONFIG. */
  readonly readFile: (path: string) => string
}

export interface LoadedConfig {
  readonly config: GatewayConfig
  /** Things that look like mistakes but stop nothing. They name a variable, never its value. */
  readonly warnings: readonly string[]
}

type Path = readonly string[]
interface Setting {
  readonly path: Path
  readonly value: unknown
  /** What to name in an error: a file, a variable or a flag. */
  readonly source: string
}

const SHORT_FLAGS: Readonly<Record<string, string>> = {
  port: 'server.port',
  host: 'server.host',
  profile: 'profile',
}
const PREFIX = 'MIDSTREAM_'

/**
 * Builds the configuration from flags > environment > file > profile > defaults.
 * Throws CONFIG_INVALID, whose message names the file, variable or flag and the path of the setting, and never
 * a value: it may be a secret.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const env = sources.env ?? {}
  const warnings: string[] = []
  const flags = readFlags(sources.argv ?? [])
  const file = flags.configFile ?? env[`${PREFIX}CONFIG`]
  const layers = [
    ...(file === undefined ? [] : readFile(file, sources.readFile)),
    ...readEnv(env, warnings),
    ...flags.settings,
  ]
  const profile = layers.findLast((setting) => setting.path.join('.') === 'profile')?.value
  const base = settingsOf(typeof profile === 'string' ? profileOf(profile) : {}, [], `profile ${profile}`)
  return { config: validate([...base, ...layers]), warnings }
}

/** Validates an object that a program wrote itself. Throws CONFIG_INVALID. */
export function parseConfig(input: unknown): GatewayConfig {
  return validate(settingsOf(input, [], 'options'))
}

function profileOf(name: string): object {
  return Object.hasOwn(PROFILES, name) ? PROFILES[name as GatewayConfig['profile']] : {}
}

function validate(settings: readonly Setting[]): GatewayConfig {
  const tree: Record<string, unknown> = {}
  for (const setting of settings) place(tree, setting)
  const result = configSchema.safeParse(tree)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const path = issue.path.map(String)
  // The place of an unknown key is the key itself.
  const full = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]!] : path
  throw invalid(
    sourceOf(settings, full),
    full,
    issue.code === 'unrecognized_keys' ? 'unknown key' : issue.message,
  )
}

/** Where a setting came from: the strongest layer that has it, or else its nearest neighbour. */
function sourceOf(settings: readonly Setting[], path: Path): string {
  let source = 'defaults'
  let longest = 1
  for (const setting of settings) {
    let shared = 0
    while (shared < path.length && setting.path[shared] === path[shared]) shared++
    if (shared >= longest) {
      longest = shared
      source = setting.source
    }
  }
  return source
}

function invalid(source: string, path: Path, why: string): MidstreamError {
  const where = path.join('.')
  return new MidstreamError('CONFIG_INVALID', `${source}: ${where === '' ? '' : `${where}: `}${why}`, {
    details: { source, path: where },
  })
}

function place(tree: Record<string, unknown>, { path, value, source }: Setting): void {
  let at = tree
  for (const [depth, key] of path.entries()) {
    if (key === '__proto__') throw invalid(source, path, 'unknown key')
    if (depth === path.length - 1) {
      // An empty table says nothing about what a weaker layer put there.
      if (!(isTable(value) && isTable(at[key]))) at[key] = value
      return
    }
    const next = at[key]
    const table = isTable(next) ? next : {}
    at[key] = table
    at = table
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function settingsOf(value: unknown, path: Path, source: string): Setting[] {
  if (!isTable(value)) {
    if (value === undefined) return []
    if (path.length === 0) throw invalid(source, path, 'expected a table of settings')
    return [{ path, value, source }]
  }
  const entries = Object.entries(value)
  if (entries.length === 0 && path.length > 0) return [{ path, value: {}, source }]
  return entries.flatMap(([key, inner]) => settingsOf(inner, [...path, key], source))
}

function readFile(file: string, read: (path: string) => string): Setting[] {
  let text: string
  try {
    text = read(file)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new MidstreamError('CONFIG_INVALID', `${file}: cannot be read${code}`, {
      cause,
      details: { source: file },
    })
  }
  try {
    return settingsOf(file.endsWith('.json') ? JSON.parse(text) : parseToml(text), [], file)
  } catch (error) {
    if (MidstreamError.is(error)) throw error
    // The parsers quote the line that they stopped at, which may hold a secret: only the place is told.
    const place = error instanceof Error && 'line' in error ? ` (line ${String(error.line)})` : ''
    const format = file.endsWith('.json') ? 'JSON' : 'TOML'
    throw new MidstreamError('CONFIG_INVALID', `${file}: not valid ${format}${place}`, {
      details: { source: file },
    })
  }
}

function readEnv(env: Readonly<Record<string, string | undefined>>, warnings: string[]): Setting[] {
  const settings: Setting[] = []
  // The providers' usual variables count less than our own.
  for (const [name, providerName] of [
    ['OPENAI_API_KEY', 'openai'],
    ['ANTHROPIC_API_KEY', 'anthropic'],
  ] as const) {
    const value = env[name]
    if (value) settings.push({ path: ['upstream', providerName, 'apiKey'], value, source: name })
  }
  for (const name of Object.keys(env).sort()) {
    const text = env[name]
    if (!name.startsWith(PREFIX) || text === undefined || name === `${PREFIX}CONFIG`) continue
    const rest = name.slice(PREFIX.length)
    if (!rest.includes('__') && rest.includes('_')) {
      warnings.push(`${name} is ignored: a section and its key are joined by two underscores`)
      continue
    }
    const path = rest.split('__').map((part) => camelCase(part.toLowerCase(), '_'))
    settings.push({ path, value: coerce(text, path, name), source: name })
  }
  return settings
}

function readFlags(argv: readonly string[]): { settings: Setting[]; configFile?: string } {
  const settings: Setting[] = []
  let configFile: string | undefined
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at]!
    const match = /^--([a-zA-Z][\w.-]*)(?:=([\s\S]*))?$/.exec(argument)
    if (match === null) throw invalid('command line', [], `argument ${at + 1} is not a --flag`)
    const name = match[1]!
    const flag = `--${name}`
    const path = (SHORT_FLAGS[name] ?? name).split('.').map((part) => camelCase(part, '-'))
    const field = fieldAt(path)
    let text = match[2]
    if (text === undefined) {
      const isSwitch = name !== 'config' && field?._zod.def.type === 'boolean'
      // A switch needs no value, but takes one.
      text = isSwitch && !/^(?:true|false|1|0)$/.test(argv[at + 1] ?? '') ? 'true' : argv[++at]
    }
    if (field === undefined && name !== 'config') throw invalid(flag, path, 'unknown key')
    if (text === undefined || (name === 'config' && text === '')) throw invalid(flag, [], 'needs a value')
    if (name === 'config') configFile = text
    else settings.push({ path, value: coerce(text, path, flag), source: flag })
  }
  return { settings, ...(configFile === undefined ? {} : { configFile }) }
}

function camelCase(text: string, separator: string): string {
  return text
    .split(separator)
    .map((word, at) => (at === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join('')
}

/** The schema of one setting with its defaults taken off, or undefined when there is no such setting. */
function fieldAt(path: Path): z.core.$ZodTypes | undefined {
  let schema = bare(configSchema)
  for (const key of path) {
    if (schema._zod.def.type !== 'object') return undefined
    const { shape } = schema._zod.def
    if (!Object.hasOwn(shape, key)) return undefined
    schema = bare(shape[key]!)
  }
  return schema
}

function bare(schema: z.core.$ZodType): z.core.$ZodTypes {
  let current = schema as z.core.$ZodTypes
  for (;;) {
    const { def } = current._zod
    if (def.type !== 'default' && def.type !== 'prefault' && def.type !== 'optional') return current
    current = def.innerType as z.core.$ZodTypes
  }
}

/** Turns text into what its setting wants. Text that does not fit is left for the schema to refuse. */
function coerce(text: string, path: Path, source: string): unknown {
  const field = fieldAt(path)
  if (field === undefined) throw invalid(source, path, 'unknown key')
  switch (field._zod.def.type) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text
    case 'boolean':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text
    case 'array':
      return listOf(text)
    case 'record':
      return Object.fromEntries(listOf(text).map((entry) => splitOnce(entry, '=')))
    default:
      return text
  }
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
