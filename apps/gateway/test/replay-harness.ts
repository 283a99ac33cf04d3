import type { MidstreamError } from '@midstream/core'
import { createReplayUpstream, type ReplayOptions, type ReplayTimers } from '../src/replay/replay-upstream.ts'
import type { ProtocolId, UpstreamExchange } from '../src/upstream.ts'

/** Timers on a clock of their own: `runAll` jumps from one to the next. */
export interface FakeTimers extends ReplayTimers {
  readonly now: number
  readonly waiting: number
  /** Runs what is due until nothing waits any more, or `times` timers have run. */
  run(times?: number): void
}

export function createFakeTimers(): FakeTimers {
  let now = 0
  let nextId = 0
  const waiting = new Map<number, { at: number; run: () => void }>()
  return {
    get now() {
      return now
    },
    get waiting() {
      return waiting.size
    },
    setTimeout(run, ms) {
      waiting.set(nextId, { at: now + ms, run })
      return nextId++
    },
    clearTimeout(handle) {
      waiting.delete(handle as number)
    },
    run(times = Infinity) {
      for (let i = 0; i < times && waiting.size > 0; i++) {
        const [id, { at, run }] = [...waiting].reduce((a, b) => (b[1].at < a[1].at ? b : a))
        waiting.delete(id)
        now = at
        run()
      }
    },
  }
}

export interface Heard {
  status: number | undefined
  headers: Readonly<Record<string, string>>
  chunks: Buffer[]
  /** Fake time of each chunk. */
  times: number[]
  ends: number
  errors: MidstreamError[]
  readonly bytes: Buffer
}

export const PATHS: Readonly<Record<ProtocolId, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
}

/** Opens one exchange on a replay upstream with fake timers; nothing has been delivered yet. */
export function openReplay(
  protocol: ProtocolId,
  json: Record<string, unknown>,
  options: ReplayOptions = {},
  onData: (chunk: Buffer) => boolean = () => true,
): { heard: Heard; timers: FakeTimers; exchange: UpstreamExchange; close: () => Promise<void> } {
  const timers = createFakeTimers()
  const upstream = createReplayUpstream({ ...options, timers })
  const heard: Heard = {
    status: undefined,
    headers: {},
    chunks: [],
    times: [],
    ends: 0,
    errors: [],
    get bytes() {
      return Buffer.concat(this.chunks)
    },
  }
  const body = Buffer.from(JSON.stringify(json))
  const exchange = upstream.open(
    { protocol, path: PATHS[protocol], headers: {}, body, json },
    {
      onHeaders(status, headers) {
        heard.status = status
        heard.headers = headers
      },
      onData(chunk) {
        heard.chunks.push(Buffer.from(chunk))
        heard.times.push(timers.now)
        return onData(chunk)
      },
      onEnd: () => heard.ends++,
      onError: (error) => heard.errors.push(error),
    },
  )
  return { heard, timers, exchange, close: () => upstream.close() }
}
