import { wordInspector } from '@midstream/conformance'
import type { Channel, Finding, Inspector } from '@midstream/core'
import { createFakeClock, type FakeClock } from '@midstream/test-kit'
import {
  createIntentWatcher,
  type IntentEvent,
  type IntentMatch,
  type IntentTask,
  type IntentWatch,
  type IntentWatcher,
  type WatchOptions,
} from '../src/index.ts'

export const words: Inspector = wordInspector(['URGENT', 'weather', 'schedule a meeting'])
export type Name = 'urgent' | 'weather' | 'calendar'
export const FINDING: Finding = {
  rule: '',
  category: 'word',
  severity: 'low',
  confidence: 1,
  start: 0,
  end: 3,
}

export interface Watching {
  readonly watcher: IntentWatcher<Name>
  readonly clock: FakeClock
  /** What the task was given. */
  readonly matches: readonly IntentMatch<Name>[]
  readonly signals: readonly AbortSignal[]
  /** What was told to `options.onEvent`, which `open` uses unless another is given. */
  readonly events: IntentEvent<Name>[]
  readonly options: WatchOptions<Name>
  open(more?: WatchOptions<Name>): IntentWatch
}

/** Three intents, of which `weather` has a task. */
export function watching(task: Partial<IntentTask<Name>> = {}, inspector: Inspector = words): Watching {
  const clock = createFakeClock()
  const matches: IntentMatch<Name>[] = []
  const signals: AbortSignal[] = []
  const events: IntentEvent<Name>[] = []
  const watcher = createIntentWatcher<Name>({
    inspector,
    clock,
    intents: {
      urgent: { rules: ['word/URGENT'] },
      weather: {
        rules: ['word/weather'],
        task: {
          requires: ['urgent'],
          ...task,
          run(match, signal) {
            matches.push(match)
            signals.push(signal)
            return task.run?.(match, signal)
          },
        },
      },
      calendar: { rules: ['word/schedule a meeting'] },
    },
  })
  const options: WatchOptions<Name> = { onEvent: (event) => events.push(event) }
  const open: Watching['open'] = (more) => watcher.open({ ...options, ...more })
  return { watcher, clock, matches, signals, events, options, open }
}

export function told(events: readonly IntentEvent<Name>[]): string[] {
  return events.map((event) => `${event.type} ${'intent' in event ? event.intent : nameOf(event)}`)
}

function nameOf(event: IntentEvent<Name>): string {
  return event.type === 'intent-seen' ? event.match.intent : ''
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

export function readAll(watch: { push(text: string): void; end(): void }, pieces: Iterable<string>): void {
  for (const piece of pieces) watch.push(piece)
  watch.end()
}

export const channel = (key: string): Channel => ({ kind: 'content', provenance: 'user', index: 0, key })
