import { createPatternInspector } from '@midstream/aimds-detection'
import { type Inspector, MidstreamError } from '@midstream/core'
import type { GatewayConfigInput } from '../src/config.ts'
import { type Gateway, type GatewayOptions, startGateway } from '../src/server.ts'

let patterns: Inspector | undefined

/** The default inspector, compiled once for all tests. */
function defaultInspector(): Inspector {
  patterns ??= createPatternInspector()
  return patterns
}

function hasDefaultGuard({ guard }: GatewayConfigInput): boolean {
  return (guard?.loops ?? 'off') === 'off' && (guard?.injection ?? 'off') === 'off'
}

export interface TestGateway extends Gateway, AsyncDisposable {}

/** A gateway on a free port that logs nothing, whose recordings play without pauses. */
export async function testGateway(
  config: GatewayConfigInput = {},
  options: GatewayOptions = {},
): Promise<TestGateway> {
  const gateway = await startGateway(
    {
      ...config,
      profile: 'test',
      server: { port: 0, drainTimeoutMs: 2000, ...config.server },
      log: { level: 'silent', ...config.log },
      upstream: { replaySpeed: 1e6, ...config.upstream },
      streaming: { maxChunksPerSecond: 100_000, ...config.streaming },
    },
    { ...(hasDefaultGuard(config) && { inspectors: [defaultInspector()] }), ...options },
  )
  return { ...gateway, [Symbol.asyncDispose]: () => gateway.close() }
}

/** A gateway whose two providers are one scripted service. */
export function gatewayBefore(
  service: { readonly url: string },
  config: GatewayConfigInput = {},
  options: GatewayOptions = {},
): Promise<TestGateway> {
  const upstream = {
    openai: { baseUrl: `${service.url}/v1`, apiKey: 'sk-of-the-gateway' },
    anthropic: { baseUrl: service.url, apiKey: 'sk-of-the-gateway' },
    ...config.upstream,
  }
  return testGateway({ ...config, upstream }, options)
}

export const CHAT = '/v1/chat/completions'
export const MESSAGES = '/v1/messages'

export interface AskOptions {
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Sends a completion request; fields of `body` replace those of a small valid one. */
export function ask(
  gateway: { readonly url: string },
  body: object,
  options: AskOptions = {},
): Promise<Response> {
  const { path = CHAT, headers = {}, signal } = options
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hello' }],
      ...body,
    }),
    ...(signal === undefined ? {} : { signal }),
  })
}

export interface ErrorBody {
  readonly type?: string
  readonly error: {
    readonly type: string
    readonly code?: string
    readonly message: string
    readonly param?: string | null
  }
}

export async function errorOf(response: Response): Promise<ErrorBody> {
  return (await response.json()) as ErrorBody
}

/** The value of one series in /metrics, 0 when it is not there. */
export async function metric(gateway: { readonly url: string }, series: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1))
}

/** Waits for real time until something holds; for what another process or socket does. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 5000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited 5 s for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export async function rejection(promise: Promise<unknown>): Promise<MidstreamError> {
  try {
    await promise
  } catch (error) {
    if (MidstreamError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Something to wait for, which the test lets happen. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
