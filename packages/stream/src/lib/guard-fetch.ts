import { MidstreamError } from '@midstream/core'
import { anthropicMessages } from './anthropic-messages.ts'
import { guardBodyTexts, guardErrorBody, guardRequest } from './body-guard.ts'
import type { Guard, GuardReport } from './guard.ts'
import type { IntentEvent } from './intent.ts'
import type { IntentWatcher, WatchOptions } from './intent-watcher.ts'
import { asRecord } from './json-text.ts'
import { openaiChat } from './openai-chat.ts'
import type { Protocol } from './protocol.ts'
import { readBody } from './read-body.ts'
import { guardStream, type StreamSink } from './stream-guard.ts'
import type { StreamMetrics } from './stream-metrics.ts'

export interface GuardFetchOptions {
  /** Called with the verdict on each request and each response. */
  readonly onReport?: (report: GuardReport, direction: 'request' | 'response') => void
  /** Records the lengths of the chunks of streamed responses. */
  readonly metrics?: StreamMetrics
  /** Watched in each answer, streamed or not. Requests repeat the whole conversation and are not watched. */
  readonly intents?: IntentWatcher
  /** Told what `intents` sees and what becomes of its tasks. What it throws only counts. */
  readonly onIntent?: (event: IntentEvent) => void
}

const PROTOCOLS: readonly Protocol[] = [openaiChat, anthropicMessages]
const TICK_MS = 250

/**
 * Wraps a fetch function so that calls to OpenAI chat completions and Anthropic Messages are guarded in both
 * directions, in process: `new OpenAI({ fetch: guardFetch(fetch, guard) })`. Calls to other paths pass
 * untouched. A blocked prompt is answered with status 400 in the protocol's error shape and is not sent.
 */
export function guardFetch(
  fetch: typeof globalThis.fetch,
  guard: Guard,
  options: GuardFetchOptions = {},
): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input))
    const protocol = PROTOCOLS.find((candidate) => candidate.handles(url.pathname))
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
    // Other methods on these paths list or change what is stored; they generate nothing.
    if (protocol === undefined || method.toUpperCase() !== 'POST') return fetch(input, init)
    const request = new Request(input, init)
    const sent = await request.text()
    const json = asRecord(parse(sent))
    let body = sent
    if (json !== undefined) {
      try {
        const guarded = guardRequest(guard, protocol, json, undefined, () => sent)
        options.onReport?.(guarded.report, 'request')
        if (guarded.report.error !== undefined) return refuse(protocol, 400, guarded.report.error)
        if (guarded.body !== json) body = JSON.stringify(guarded.body)
      } catch (error) {
        if (!MidstreamError.is(error)) throw error
        return refuse(protocol, error.code === 'REQUEST_TOO_LARGE' ? 413 : 400, error)
      }
    }
    const headers = new Headers(request.headers)
    headers.delete('content-length')
    const response = await fetch(request.url, {
      // Options that only this fetch knows, such as a dispatcher that goes through a proxy.
      ...init,
      method: request.method,
      headers,
      body,
      signal: request.signal,
    })
    if (response.body === null) return response
    const { signal } = request
    if (!response.ok) return guardedError(guard, protocol, response, response.body, signal, options)
    // The caller's own signal: that of the request follows it only while somebody keeps the request.
    const watching = { onEvent: options.onIntent, signal: init?.signal ?? signal }
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return new Response(guardedStream(guard, protocol, response.body, options, watching), {
        status: response.status,
        headers: withoutLength(response.headers),
      })
    }
    try {
      const answer = guardBodyTexts(guard, protocol, await readBody(guard, response.body, signal))
      const report = watchedBody(answer, options, watching)
      options.onReport?.(report, 'response')
      return new Response(new Blob([answer.body as Uint8Array<ArrayBuffer>]), {
        status: response.status,
        headers: withoutLength(response.headers),
      })
    } catch (error) {
      if (signal.aborted) throw error
      return refuse(protocol, 502, asGuardError(error))
    }
  }
}

/** Shows a whole answer to the intents, and returns its report with what that brought. */
function watchedBody(
  { report, kept }: ReturnType<typeof guardBodyTexts>,
  { intents }: GuardFetchOptions,
  watching: WatchOptions,
): GuardReport {
  if (intents === undefined) return report
  let watched = report
  const sink = intents.watchSink(
    {
      write() {},
      end(last) {
        watched = last
      },
    },
    watching,
  )
  for (const { ref, shown } of kept) {
    const redacted = shown !== ref.text
    sink.event?.({ type: 'text-delivered', channel: ref.channel, text: shown, redacted })
  }
  sink.end(report)
  return watched
}

/** An error of the provider is not an answer of the model: the SDK sees it as it is, but for what is forbidden. */
async function guardedError(
  guard: Guard,
  protocol: Protocol,
  response: Response,
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  options: GuardFetchOptions,
): Promise<Response> {
  const { status, statusText } = response
  const headers = withoutLength(response.headers)
  // Another body, but the provider's word on whether and when to try again.
  const instead = (error: MidstreamError): Response => {
    headers.set('content-type', 'application/json')
    return Response.json(protocol.errorBody(error), { status, statusText, headers })
  }
  try {
    const answer = guardErrorBody(guard, protocol, await readBody(guard, body, signal))
    options.onReport?.(answer.report, 'response')
    if (answer.body === undefined) return instead(answer.report.error!)
    return new Response(new Blob([answer.body as Uint8Array<ArrayBuffer>]), {
      status,
      statusText,
      headers,
    })
  } catch (error) {
    if (signal.aborted) throw error
    return instead(asGuardError(error))
  }
}

function asGuardError(error: unknown): MidstreamError {
  return MidstreamError.is(error)
    ? error
    : new MidstreamError('INTERNAL', 'the guard failed', { cause: error })
}

function guardedStream(
  guard: Guard,
  protocol: Protocol,
  upstream: ReadableStream<Uint8Array>,
  options: GuardFetchOptions,
  watching: WatchOptions,
): ReadableStream<Uint8Array> {
  const reader = upstream.getReader()
  let timer: ReturnType<typeof setInterval> | undefined
  let stream: ReturnType<typeof guardStream>
  let wrote = false
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const sink: StreamSink = {
        write(bytes) {
          wrote = true
          controller.enqueue(bytes)
        },
        end(report) {
          clearInterval(timer)
          // First: an observer that throws must not leave the reader waiting.
          if (report.ending !== 'aborted') controller.close()
          options.onReport?.(report, 'response')
        },
        ...(options.metrics && { metrics: options.metrics }),
      }
      stream = guardStream(guard, protocol, options.intents?.watchSink(sink, watching) ?? sink)
      timer = setInterval(() => {
        stream.tick()
        if (stream.ended) void reader.cancel().catch(() => {})
      }, TICK_MS)
    },
    // Called only while the reader wants more: a slow reader leaves the upstream alone.
    async pull() {
      wrote = false
      while (!stream.ended && !wrote) {
        try {
          const { done, value } = await reader.read()
          if (done) stream.end()
          else
            for (let i = 0; i < value.length; i += guard.limits.maxChunkBytes)
              stream.push(value.subarray(i, i + guard.limits.maxChunkBytes))
        } catch (cause) {
          stream.fail(
            new MidstreamError('UPSTREAM_ABORTED', 'the connection to the upstream broke', { cause }),
          )
        }
      }
      if (stream.ended) await reader.cancel().catch(() => {})
    },
    async cancel(reason) {
      stream.abort()
      await reader.cancel(reason)
    },
  })
}

function refuse(protocol: Protocol, status: number, error: MidstreamError): Response {
  return Response.json(protocol.errorBody(error), { status, headers: { 'x-should-retry': 'false' } })
}

function withoutLength(headers: Headers): Headers {
  const copy = new Headers(headers)
  copy.delete('content-length')
  copy.delete('content-encoding')
  return copy
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
