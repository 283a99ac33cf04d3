import { MidstreamError } from '@midstream/core'
import type { ProtocolId, Upstream, UpstreamExchange, UpstreamHandler, UpstreamRequest } from '../upstream.ts'
import { anthropicMessagesRenderer } from './anthropic-messages.ts'
import { openaiChatRenderer } from './openai-chat.ts'
import { recordScenario } from './recording.ts'
import type { Frame, Renderer } from './rendering.ts'
import { SCENARIOS, scenarioOfModel } from './scenarios.ts'

/** What the replay waits with, injected so that tests need no real time. */
export interface ReplayTimers {
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

export interface ReplayOptions {
  /** Divides every pause: 2 plays twice as fast, Infinity without pauses. @default 1 */
  readonly speed?: number
  /** Draws tokens, pauses and ids. The same seed gives the same bytes at the same times. @default 1 */
  readonly seed?: number
  readonly timers?: ReplayTimers
}

const RENDERERS: Readonly<Record<ProtocolId, Renderer>> = {
  'openai-chat': openaiChatRenderer,
  'anthropic-messages': anthropicMessagesRenderer,
}

const systemTimers: ReplayTimers = {
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly frames: readonly Frame[]
  readonly ending: 'complete' | 'connection-lost'
}

function jsonAnswer(status: number, body: object, afterMs: number): Answer {
  const bytes = Buffer.from(JSON.stringify(body))
  const headers = { 'content-type': 'application/json', 'content-length': String(bytes.length) }
  return { status, headers, frames: [{ afterMs, bytes }], ending: 'complete' }
}

function answerTo(request: UpstreamRequest, seed: number): Answer {
  const renderer = RENDERERS[request.protocol]
  const model = String(request.json['model'])
  const scenario = scenarioOfModel(model)
  if (scenario === undefined) return jsonAnswer(404, renderer.unknownModel(model), 0)
  const recording = recordScenario(scenario, seed)
  const streamOptions = request.json['stream_options'] as { include_usage?: unknown } | null | undefined
  const options = { model, includeUsage: streamOptions?.include_usage === true }
  if (request.json['stream'] === true) {
    return {
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
      frames: renderer.stream(recording, options),
      ending: scenario.ending === 'connection-lost' ? 'connection-lost' : 'complete',
    }
  }
  // Nothing arrives before the model has written its last token.
  const afterMs = recording.beats.reduce((sum, beat) => sum + beat.afterMs, 0)
  const answer = jsonAnswer(200, renderer.body(recording, options), afterMs)
  return scenario.ending === 'connection-lost' ? { ...answer, ...breakOff(answer.frames) } : answer
}

/** Half of a body, then a lost connection: the client cannot mistake it for a short answer. */
function breakOff(frames: readonly Frame[]): Pick<Answer, 'frames' | 'ending'> {
  return {
    frames: frames.map(({ afterMs, bytes }) => ({ afterMs, bytes: bytes.subarray(0, bytes.length >> 1) })),
    ending: 'connection-lost',
  }
}

/** Plays one answer. A pause stops the clock of the next frame; it starts anew at `resume`. */
function playAnswer(
  answer: Answer,
  handler: UpstreamHandler,
  speed: number,
  timers: ReplayTimers,
  onOver: () => void,
): UpstreamExchange {
  let next = 0
  let paused = false
  let over = false
  let pending: unknown

  function schedule(): void {
    if (paused || over || pending !== undefined) return
    const afterMs = answer.frames[next]?.afterMs ?? 0
    pending = timers.setTimeout(step, afterMs / speed)
  }

  function step(): void {
    pending = undefined
    const frame = answer.frames[next]
    if (frame === undefined) {
      over = true
      onOver()
      if (answer.ending === 'complete') handler.onEnd()
      else {
        handler.onError(
          new MidstreamError(
            'UPSTREAM_ABORTED',
            'the upstream closed the connection before the answer ended',
          ),
        )
      }
      return
    }
    if (next === 0) {
      handler.onHeaders(answer.status, answer.headers)
      // The headers may have been enough for the receiver to give up.
      if (over) return
    }
    next++
    if (!handler.onData(Buffer.from(frame.bytes))) paused = true
    schedule()
  }

  function stop(): void {
    if (pending !== undefined) timers.clearTimeout(pending)
    pending = undefined
  }

  schedule()
  return {
    pause() {
      paused = true
      stop()
    },
    resume() {
      paused = false
      schedule()
    },
    abort() {
      if (over) return
      over = true
      stop()
      onOver()
    },
  }
}

/**
 * An upstream that plays recorded conversations at the pace of a model, in every protocol of the gateway, streamed
 * or not. The models are `replay/<scenario>`; any other gets the protocol's own 404. It opens no connection.
 *
 * Throws RangeError when `speed` is not positive.
 */
export function createReplayUpstream(options: ReplayOptions = {}): Upstream {
  const { speed = 1, seed = 1, timers = systemTimers } = options
  if (!(speed > 0)) throw new RangeError(`speed must be positive, got ${speed}`)
  const running = new Set<UpstreamExchange>()
  return {
    id: 'replay',
    models: {
      list: SCENARIOS.map(({ name }) => ({ id: `replay/${name}`, ownedBy: 'midstream' })),
      closed: true,
    },
    missing: () => [],
    open(request, handler) {
      const exchange = playAnswer(answerTo(request, seed), handler, speed, timers, () =>
        running.delete(exchange),
      )
      running.add(exchange)
      return exchange
    },
    async close() {
      for (const exchange of [...running]) exchange.abort()
    },
  }
}
