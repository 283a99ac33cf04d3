import { ACTIONS, type Action, DEFAULT_STREAM_LIMITS, type StreamLimits } from '@midstream/core'
import { z } from 'zod'

/** A provider whose API the gateway calls. It is used once any of its settings is given. */
export interface ProviderConfig {
  /**
   * What an SDK of this provider calls its base URL.
   * @default 'https://api.openai.com/v1', 'https://api.anthropic.com'
   */
  readonly baseUrl?: string | undefined
  /** Key that is sent to the provider. Also read from OPENAI_API_KEY and ANTHROPIC_API_KEY. */
  readonly apiKey?: string | undefined
  /** Sends the client's own key on instead; the gateway's key is then read from x-midstream-key. @default false */
  readonly passClientKey: boolean
}

/** A complete, validated configuration. */
export interface GatewayConfig {
  /**
   * A set of defaults under the file, the environment and the flags. `prod` protects /metrics and serves no
   * recordings; `test` takes a free port and logs nothing. @default 'dev'
   */
  readonly profile: 'dev' | 'prod' | 'test'
  readonly server: {
    /** A public address needs keys and TLS, or `dangerouslyPublic`. @default '127.0.0.1' */
    readonly host: string
    /** 0 takes a free port. @default 8787 */
    readonly port: number
    /** Allows a public bind without keys or without TLS. @default false */
    readonly dangerouslyPublic: boolean
    /** PEM files with the certificate chain and its private key. TLS 1.2 is the least that is spoken. */
    readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined
    /** Origins that a browser may call from. @default [] */
    readonly corsOrigins: readonly string[]
    /** /metrics asks for a gateway key too. @default false */
    readonly protectMetrics: boolean
    /** How long a shutdown waits for open streams. @default 30000 */
    readonly drainTimeoutMs: number
  }
  readonly auth: {
    /** Keys that clients may use, 16 characters or more each. None: no key is asked for. @default [] */
    readonly keys: readonly string[]
  }
  readonly limits: {
    /** Bytes of a request's body. @default 1048576 (1 MiB) */
    readonly maxBodyBytes: number
    /** Levels of objects and arrays in a request's body. @default 64 */
    readonly maxBodyDepth: number
    /** Completions in progress at once. @default 512 */
    readonly maxInFlight: number
    /** Completions per gateway key, or per address where there are no keys. @default 600 */
    readonly maxRequestsPerMinute: number
    /** Readers of /v1/events at once. @default 16 */
    readonly maxViewers: number
  }
  /** Bounds of one answer. Reloaded on SIGHUP. */
  readonly streaming: StreamLimits
  readonly upstream: {
    /** Serves recorded conversations as models `replay/...`. @default true */
    readonly replay: boolean
    /** Divides the pauses of recorded conversations. @default 1 */
    readonly replaySpeed: number
    readonly openai: ProviderConfig
    readonly anthropic: ProviderConfig
    /** Allows http:// to hosts other than loopback. @default false */
    readonly allowInsecure: boolean
    /** If not empty, the only hosts that are called. @default [] */
    readonly allowHosts: readonly string[]
    /** @default 5000 */
    readonly connectTimeoutMs: number
    /** From the request to the answer's headers. @default 60000 */
    readonly headersTimeoutMs: number
    /** Between two chunks of an answer. @default 30000 */
    readonly idleTimeoutMs: number
  }
  readonly guard: {
    /** false forwards everything uninspected. @default true */
    readonly enabled: boolean
    /** Lets text pass when an inspector fails. @default false */
    readonly failOpen: boolean
    /** What happens to text that waited too long for a decision. @default 'cut' */
    readonly atHoldLimit: 'cut' | 'release'
    /** How a refused stream ends: with the protocol's refusal, or with an error. @default 'soft' */
    readonly ending: 'soft' | 'hard'
    /** Text delivered before a soft refusal. @default '' */
    readonly notice: string
    /** Withholds the arguments of a tool call until it is decided as a whole. @default true */
    readonly holdToolInput: boolean
    /** Answers that fall into a loop: their rules are `loop/*`. @default 'off' */
    readonly loops: WatchLevel
    /** Instructions planted in what users, tools and documents say: patterns and a classifier. @default 'off' */
    readonly injection: WatchLevel
    /** Actions by rule, over the default policy, `*` for any text: `{ 'pii/email': 'block', 'secret/*': 'block' }`. @default {} */
    readonly actions: Readonly<Record<string, Action>>
  }
  readonly log: {
    /** @default 'info' */
    readonly level: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
  }
}

/** Whether a detector runs, and what becomes of what it finds. */
export type WatchLevel = 'off' | 'annotate' | 'block'

/** What a file or a caller gives: everything may be left out. */
export type GatewayConfigInput = DeepPartial<GatewayConfig>

type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T

const positive = z.int().positive()
const milliseconds = positive.max(86_400_000)

const tls = z.strictObject({
  certFile: z.string().min(1),
  keyFile: z.string().min(1),
})

const provider = z.strictObject({
  baseUrl: z.url().optional(),
  apiKey: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'a key has no blanks, line ends or other special characters')
    .optional(),
  passClientKey: z.boolean().default(false),
})

const streaming = z.strictObject({
  maxChunkBytes: positive.default(DEFAULT_STREAM_LIMITS.maxChunkBytes),
  maxEventBytes: positive.default(DEFAULT_STREAM_LIMITS.maxEventBytes),
  maxStreamBytes: positive.default(DEFAULT_STREAM_LIMITS.maxStreamBytes),
  maxChunksPerSecond: positive.default(DEFAULT_STREAM_LIMITS.maxChunksPerSecond),
  maxDurationMs: milliseconds.default(DEFAULT_STREAM_LIMITS.maxDurationMs),
  maxHoldChars: positive.default(DEFAULT_STREAM_LIMITS.maxHoldChars),
  maxHoldMs: milliseconds.default(DEFAULT_STREAM_LIMITS.maxHoldMs),
})

/** The whole configuration. Every field has a default, so `{}` is a valid one. Unknown keys are refused. */
export const configSchema: z.ZodType<GatewayConfig> = z.strictObject({
  profile: z.enum(['dev', 'prod', 'test']).default('dev'),
  server: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8787),
      dangerouslyPublic: z.boolean().default(false),
      tls: tls.optional(),
      corsOrigins: z.array(z.url()).default([]),
      protectMetrics: z.boolean().default(false),
      drainTimeoutMs: milliseconds.default(30_000),
    })
    .prefault({}),
  auth: z.strictObject({ keys: z.array(z.string().min(16)).default([]) }).prefault({}),
  limits: z
    .strictObject({
      maxBodyBytes: positive.default(1_048_576),
      maxBodyDepth: positive.max(512).default(64),
      maxInFlight: positive.default(512),
      maxRequestsPerMinute: positive.default(600),
      maxViewers: positive.default(16),
    })
    .prefault({}),
  streaming: streaming.prefault({}),
  upstream: z
    .strictObject({
      replay: z.boolean().default(true),
      replaySpeed: z.number().positive().max(1e6).default(1),
      openai: provider.prefault({}),
      anthropic: provider.prefault({}),
      allowInsecure: z.boolean().default(false),
      allowHosts: z.array(z.string().min(1)).default([]),
      connectTimeoutMs: milliseconds.default(5000),
      headersTimeoutMs: milliseconds.default(60_000),
      idleTimeoutMs: milliseconds.default(30_000),
    })
    .prefault({}),
  guard: z
    .strictObject({
      enabled: z.boolean().default(true),
      failOpen: z.boolean().default(false),
      atHoldLimit: z.enum(['cut', 'release']).default('cut'),
      ending: z.enum(['soft', 'hard']).default('soft'),
      notice: z.string().default(''),
      holdToolInput: z.boolean().default(true),
      loops: z.enum(['off', 'annotate', 'block']).default('off'),
      injection: z.enum(['off', 'annotate', 'block']).default('off'),
      actions: z.record(z.string(), z.enum(ACTIONS)).default({}),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
    })
    .prefault({}),
})

/** Defaults that a profile changes. They lie under the file, the environment and the flags. */
export const PROFILES: Readonly<Record<GatewayConfig['profile'], GatewayConfigInput>> = {
  dev: {},
  prod: { server: { protectMetrics: true }, upstream: { replay: false } },
  test: { server: { port: 0 }, log: { level: 'silent' } },
}
