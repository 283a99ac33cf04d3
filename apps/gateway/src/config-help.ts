import type { z } from 'zod'
import { configSchema } from './config.ts'

/** What each setting means, in the order of the schema. The types in config.ts say more. */
const MEANINGS: Readonly<Record<string, string>> = {
  profile:
    'defaults: prod protects /metrics and serves no recordings, test takes a free port and logs nothing',
  'server.host': 'a public address needs keys and TLS, or dangerously-public',
  'server.port': '0 takes a free port',
  'server.dangerouslyPublic': 'allows a public address without keys or without TLS',
  'server.tls.certFile': 'PEM file with the certificate chain',
  'server.tls.keyFile': 'PEM file with its private key',
  'server.corsOrigins': 'origins that a browser may call from',
  'server.protectMetrics': '/metrics asks for a gateway key too',
  'server.drainTimeoutMs': 'how long a shutdown waits for open streams',
  'auth.keys': 'keys that clients may use, 16 characters or more each; none: no key is asked for',
  'limits.maxBodyBytes': "bytes of a request's body",
  'limits.maxBodyDepth': "levels of objects and arrays in a request's body",
  'limits.maxInFlight': 'completions in progress at once',
  'limits.maxRequestsPerMinute': 'completions per gateway key, or per address without keys',
  'limits.maxViewers': 'readers of /v1/events at once',
  'streaming.maxChunkBytes': 'bytes of one chunk of an answer',
  'streaming.maxEventBytes': 'bytes of one event',
  'streaming.maxStreamBytes': 'bytes of one answer',
  'streaming.maxChunksPerSecond': 'chunks of one answer in a second',
  'streaming.maxDurationMs': 'how long one answer may take',
  'streaming.maxHoldChars': 'text that waits for a decision, in UTF-16 code units',
  'streaming.maxHoldMs': 'how long it may wait',
  'upstream.replay': 'serves recorded conversations as models replay/...',
  'upstream.replaySpeed': 'divides the pauses of recorded conversations',
  'upstream.openai.baseUrl': 'where OpenAI requests go; without it https://api.openai.com/v1',
  'upstream.openai.apiKey': 'key for it; also OPENAI_API_KEY',
  'upstream.openai.passClientKey': "sends the client's own key on; the gateway's is then x-midstream-key",
  'upstream.anthropic.baseUrl': 'where Anthropic requests go; without it https://api.anthropic.com',
  'upstream.anthropic.apiKey': 'key for it; also ANTHROPIC_API_KEY',
  'upstream.anthropic.passClientKey': "sends the client's own key on; the gateway's is then x-midstream-key",
  'upstream.allowInsecure': 'allows http:// to hosts other than loopback',
  'upstream.allowHosts': 'if given, the only hosts that are called',
  'upstream.connectTimeoutMs': 'until an upstream is connected',
  'upstream.headersTimeoutMs': "from the request to the answer's headers",
  'upstream.idleTimeoutMs': 'between two chunks of an answer',
  'guard.enabled': 'false forwards everything uninspected',
  'guard.failOpen': 'lets text pass when an inspector fails',
  'guard.atHoldLimit': 'what happens to text that waited too long',
  'guard.ending': "how a refused stream ends: with the protocol's refusal, or with an error",
  'guard.notice': 'text delivered before a soft refusal',
  'guard.holdToolInput': 'withholds the arguments of a tool call until it is decided as a whole',
  'guard.loops': 'answers that fall into a loop',
  'guard.injection': 'instructions planted in what users, tools and documents say',
  'guard.actions': 'actions by rule, * for any text: pii/email=block,secret/*=block',
  'log.level': 'least level of the lines that are written to the standard error',
}

interface DescribedSetting {
  /** Keys joined by dots, as in an error message. */
  readonly path: string
  /** What its value is, in one word, or the values that there are. */
  readonly kind: string
  /** As a flag would take it; undefined when there is none. */
  readonly fallback: string | undefined
}

/** Every setting of the configuration with its default, in the order of the schema. */
export function describeSettings(): readonly DescribedSetting[] {
  return describe(configSchema, configSchema.parse({}), [])
}

/** The settings as `--help` prints them: flag, kind, default, meaning; two lines each. */
export function settingsHelp(): string {
  const lines = describeSettings().map(({ path, kind, fallback }) => {
    const flag = path.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const preset = fallback === undefined ? '' : ` (${fallback})`
    return `  --${flag} ${kind}${preset}\n      ${MEANINGS[path] ?? ''}\n`
  })
  return `Settings, with their defaults:\n${lines.join('')}`
}

function describe(schema: z.core.$ZodType, preset: unknown, path: readonly string[]): DescribedSetting[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'optional':
      return describe(def.innerType, preset, path)
    case 'object':
      return Object.entries(def.shape).flatMap(([key, inner]) =>
        describe(inner, (preset as Record<string, unknown> | undefined)?.[key], [...path, key]),
      )
    default:
      return [{ path: path.join('.'), kind: kindOf(def), fallback: asText(preset) }]
  }
}

function kindOf(def: z.core.$ZodTypes['_zod']['def']): string {
  switch (def.type) {
    case 'enum':
      return Object.values(def.entries).join('|')
    case 'number':
      return 'NUMBER'
    case 'boolean':
      return 'true|false'
    case 'array':
      return 'TEXT,...'
    case 'record':
      return 'RULE=ACTION,...'
    default:
      return 'TEXT'
  }
}

function asText(preset: unknown): string | undefined {
  const isNothing = preset === undefined || preset === '' || (typeof preset === 'object' && !isFilled(preset))
  return isNothing ? undefined : String(preset)
}

function isFilled(value: object | null): boolean {
  return value !== null && Object.keys(value).length > 0
}
