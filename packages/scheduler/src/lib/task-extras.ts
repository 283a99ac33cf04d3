import { MidstreamError } from '@midstream/core'
import type { Repeat } from './repeat.ts'
import type { TaskId } from './types.ts'

interface Extra {
  readonly id: TaskId
  readonly repeat: Repeat | undefined
  readonly signal: AbortSignal | undefined
}

/** The tasks of one signal. A listener for each task would make each of them search all listeners. */
interface Watch {
  readonly ids: Set<TaskId>
  onAbort(): void
}

/** What few tasks have, by slot: a signal, a period. The flag EXTRA of a record says that there is something. */
export interface TaskExtras {
  /** Cancels the task when the signal aborts. */
  watch(slot: number, id: TaskId, signal: AbortSignal): void
  setRepeat(slot: number, id: TaskId, repeat: Repeat): void
  repeatOf(slot: number): Repeat | undefined
  delete(slot: number): void
}

export function createTaskExtras(onAbort: (id: TaskId, signal: AbortSignal) => void): TaskExtras {
  const extras = new Map<number, Extra>()
  const watches = new Map<AbortSignal, Watch>()

  function createWatch(signal: AbortSignal): Watch {
    const ids = new Set<TaskId>()
    const watch = {
      ids,
      onAbort() {
        for (const id of ids) onAbort(id, signal)
      },
    }
    signal.addEventListener('abort', watch.onAbort, { once: true })
    watches.set(signal, watch)
    return watch
  }

  return {
    watch(slot, id, signal) {
      const { ids } = watches.get(signal) ?? createWatch(signal)
      ids.add(id)
      extras.set(slot, { id, repeat: undefined, signal })
    },
    setRepeat(slot, id, repeat) {
      extras.set(slot, { id, signal: extras.get(slot)?.signal, repeat })
    },
    repeatOf: (slot) => extras.get(slot)?.repeat,
    delete(slot) {
      const extra = extras.get(slot)
      extras.delete(slot)
      if (extra?.signal === undefined) return
      const { ids, onAbort: listener } = watches.get(extra.signal)!
      ids.delete(extra.id)
      if (ids.size > 0) return
      extra.signal.removeEventListener('abort', listener)
      watches.delete(extra.signal)
    },
  }
}

export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new MidstreamError('TASK_CANCELLED', 'the signal was aborted before', { cause: signal.reason })
}
