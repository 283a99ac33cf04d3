import { MidstreamError } from '@midstream/core'
import type { Repeat } from './repeat.ts'
import type { TaskId } from './types.ts'

interface Extra {
  readonly repeat: Repeat | undefined
  readonly signal: AbortSignal | undefined
  readonly onAbort: (() => void) | undefined
}

/** What few tasks have, by slot: a signal, a period. The flag EXTRA of a record says that there is something. */
export interface TaskExtras {
  /** Cancels the task when the signal aborts. */
  watch(slot: number, id: TaskId, signal: AbortSignal): void
  setRepeat(slot: number, repeat: Repeat): void
  repeatOf(slot: number): Repeat | undefined
  delete(slot: number): void
}

export function createTaskExtras(onAbort: (id: TaskId, signal: AbortSignal) => void): TaskExtras {
  const extras = new Map<number, Extra>()
  return {
    watch(slot, id, signal) {
      const listener = (): void => onAbort(id, signal)
      signal.addEventListener('abort', listener, { once: true })
      extras.set(slot, { repeat: undefined, signal, onAbort: listener })
    },
    setRepeat(slot, repeat) {
      extras.set(slot, { signal: undefined, onAbort: undefined, ...extras.get(slot), repeat })
    },
    repeatOf: (slot) => extras.get(slot)?.repeat,
    delete(slot) {
      const extra = extras.get(slot)
      if (extra?.onAbort !== undefined) extra.signal?.removeEventListener('abort', extra.onAbort)
      extras.delete(slot)
    },
  }
}

export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new MidstreamError('TASK_CANCELLED', 'the signal was aborted before', { cause: signal.reason })
}
