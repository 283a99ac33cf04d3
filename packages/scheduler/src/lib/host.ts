/**
 * What a scheduler needs of the program it runs in. Tests bring their own; `createHost` makes the real one.
 * The choice of how to yield is decision 0011 of the project.
 */
export interface Host {
  /** Calls `turn` once, after the event loop had a chance to serve I/O. One call is outstanding at a time. */
  defer(turn: () => void): void
  /** Calls `fire` once, not before `delayMs`. */
  setTimer(fire: () => void, delayMs: number): unknown
  clearTimer(timer: unknown): void
  /** Gives back what keeps the program alive. A deferred turn may still come. */
  close(): void
}

/** Ways to wait for the next turn of the event loop. */
export type YieldMethod = 'immediate' | 'message-channel' | 'timeout'

/** What is used of a MessageChannel, which Node and browsers describe differently. */
interface Channel {
  readonly port1: { onmessage: (() => void) | null; close(): void }
  readonly port2: { postMessage(message: unknown): void }
}

/** Longest delay that every `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** The way that `createHost` takes without being told: the first of the list that is there. */
export function defaultYieldMethod(): YieldMethod {
  if (typeof globalThis.setImmediate === 'function') return 'immediate'
  return typeof globalThis.MessageChannel === 'function' ? 'message-channel' : 'timeout'
}

/** The event loop of Node, a browser, a worker, Deno or Bun. Nothing is opened before the first `defer`. */
export function createHost(method: YieldMethod = defaultYieldMethod()): Host {
  let channel: Channel | undefined
  let waiting: (() => void) | undefined

  function deferByMessage(turn: () => void): void {
    waiting = turn
    if (channel === undefined) {
      channel = new MessageChannel() as unknown as Channel
      channel.port1.onmessage = () => {
        const due = waiting
        waiting = undefined
        due?.()
      }
    }
    channel.port2.postMessage(undefined)
  }

  return {
    defer(turn) {
      if (method === 'immediate') setImmediate(turn)
      else if (method === 'message-channel') deferByMessage(turn)
      else setTimeout(turn, 0)
    },
    setTimer: (fire, delayMs) => setTimeout(fire, Math.min(delayMs, MAX_DELAY_MS)),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    close() {
      channel?.port1.close()
      channel = undefined
      waiting = undefined
    },
  }
}
