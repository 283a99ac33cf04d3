import { type Channel, type ChannelKind, type Clock, type Inspector, systemClock } from '@midstream/core'
import type { GuardEvent, GuardReport } from './guard.ts'
import type { Intent, IntentEvent, IntentMatch, IntentTask } from './intent.ts'
import { createIntentTasks } from './intent-tasks.ts'
import { createIntentText, type IntentText } from './intent-text.ts'
import type { StreamSink } from './stream-guard.ts'
import { tolerantObserver } from './tolerant-observer.ts'

export interface IntentWatcherOptions<Name extends string> {
  /** Finds what intents are recognised by. It may hold at most 8192 characters. */
  readonly inspector: Inspector
  /** The intents by name. */
  readonly intents: Readonly<Record<Name, Intent<NoInfer<Name>>>>
  /** Kinds of channels of a guarded stream that are watched. @default ['content'] */
  readonly channels?: readonly ChannelKind[]
  /** For the timeouts of tasks. @default systemClock */
  readonly clock?: Clock
}

export interface WatchOptions<Name extends string = string> {
  /** Told what is seen and what becomes of tasks. What it throws only counts. */
  readonly onEvent?: ((event: IntentEvent<Name>) => void) | undefined
  /** Aborts the watching and its tasks, not the text. */
  readonly signal?: AbortSignal | undefined
}

/** Intents of one stream; each channel of it is a text of its own. */
export interface IntentWatch {
  /** Reads the next text of a channel. Ignored after the end. @default a channel `content/0` of the model */
  push(text: string, channel?: Channel): void
  /** The texts are over: what is undecided is decided. Tasks that run go on until they end or time out. */
  end(): void
  /** Ends without deciding anything, and gives up the tasks that run, also after `end`. */
  abort(): void
  /** How often the observer threw. */
  readonly observerFailures: number
}

/** A checked set of intents, shared by all streams of a process. */
export interface IntentWatcher<Name extends string = string> {
  /** Starts one stream. */
  open(options?: WatchOptions<Name>): IntentWatch
  /** The same pieces of text, watched on their way. A reader that leaves before the end aborts the watching. */
  watch(
    texts: AsyncIterable<string> | Iterable<string>,
    options?: WatchOptions<Name>,
  ): AsyncGenerator<string, void, undefined>
  /** The same sink for `guardStream`; what it delivers is watched. Nothing that the guard withholds is seen. */
  watchSink(sink: StreamSink, options?: WatchOptions<Name>): StreamSink
}

/** Longest hold of an inspector: so much text may be kept to tell what a span says. */
const MAX_HOLD_CHARS = 8192

/** Texts of one stream that are watched at a time. One more ends the one that was silent for longest. */
const MAX_TEXTS = 64

const DEFAULT_TIMEOUT_MS = 10_000

const DEFAULT_CHANNEL: Channel = { kind: 'content', provenance: 'model', index: 0, key: 'content/0' }

interface CheckedTask<Name extends string> {
  readonly intent: Name
  readonly task: IntentTask<Name>
  readonly requires: readonly Name[]
  readonly timeoutMs: number
}

interface CheckedIntents<Name extends string> {
  readonly rules: ReadonlyMap<string, readonly Name[]>
  readonly tasks: readonly CheckedTask<Name>[]
  readonly count: number
}

function checkIntents<Name extends string>(
  intents: Readonly<Record<Name, Intent<Name>>>,
): CheckedIntents<Name> {
  const entries = Object.entries(intents) as [Name, Intent<Name>][]
  const names = new Set(entries.map(([name]) => name))
  if (names.size === 0) throw new RangeError('no intent is given')
  const rules = new Map<string, Name[]>()
  const tasks: CheckedTask<Name>[] = []
  for (const [intent, { rules: shownBy, task }] of entries) {
    if (shownBy.length === 0) throw new RangeError(`intent ${intent} has no rule that shows it`)
    for (const rule of shownBy) rules.set(rule, [...(rules.get(rule) ?? []), intent])
    if (task === undefined) continue
    const { requires = [], timeoutMs = DEFAULT_TIMEOUT_MS } = task
    for (const name of requires) {
      if (!names.has(name)) throw new RangeError(`the task of ${intent} requires ${name}, which is no intent`)
    }
    if (!(timeoutMs > 0 && timeoutMs < Infinity)) {
      throw new RangeError(`the timeout of ${intent} must be positive and finite, got ${timeoutMs}`)
    }
    tasks.push({ intent, task, requires: [...requires], timeoutMs })
  }
  return { rules, tasks, count: names.size }
}

/**
 * Sees intents in texts while they flow, and starts a task beside the text when one is seen: once per stream, however
 * the text was cut and however often it is said. The text is neither held nor changed, and no failure of an
 * inspector, a task or an observer reaches it. Linear in the text; memory per stream is bounded by 64 texts of what
 * the inspector may hold, and one task per intent.
 *
 * @throws RangeError for an inspector that may hold more than 8192 characters, intents without rules, a required intent
 * that is not there, and a timeout that is not positive and finite.
 */
export function createIntentWatcher<Name extends string>(
  options: IntentWatcherOptions<Name>,
): IntentWatcher<Name> {
  const { inspector, clock = systemClock } = options
  if (!(inspector.maxHoldChars <= MAX_HOLD_CHARS)) {
    throw new RangeError(
      `inspector ${inspector.id} may hold ${inspector.maxHoldChars} characters, more than ${MAX_HOLD_CHARS}`,
    )
  }
  const kinds = new Set<ChannelKind>(options.channels ?? ['content'])
  const { rules, tasks, count } = checkIntents<Name>(options.intents)

  function open({ onEvent, signal }: WatchOptions<Name> = {}): IntentWatch {
    const observer = tolerantObserver(onEvent, undefined)
    const running = createIntentTasks<Name>(clock, tell, release)
    const texts = new Map<string, IntentText>()
    let latest: IntentText | undefined
    let over = false
    let aborted = false

    function tell(event: IntentEvent<Name>): void {
      observer.event?.(event)
    }

    /** A signal that outlives the stream must not keep it. */
    function release(): void {
      if (over && running.running === 0) signal?.removeEventListener('abort', abort)
    }

    function startWhatMay(seen: ReadonlyMap<Name, IntentMatch<Name>>): void {
      for (const { intent, task, requires, timeoutMs } of tasks) {
        const match = seen.get(intent)
        if (match === undefined || running.wasStarted(intent) || aborted) continue
        if (requires.every((name) => seen.has(name))) running.start(match, task, timeoutMs)
      }
    }

    function openText(channel: Channel): IntentText {
      if (texts.size >= MAX_TEXTS) {
        const [silent] = texts.values()
        texts.delete(silent!.channel.key)
        silent!.end()
      }
      return createIntentText(inspector, rules, count, channel, (event, seen) => {
        if (aborted) return
        tell(event)
        if (event.type === 'intent-seen') startWhatMay(seen)
      })
    }

    function textOf(channel: Channel): IntentText {
      const { key } = channel
      if (latest?.channel.key === key) return latest
      latest = texts.get(key) ?? openText(channel)
      // Last is who spoke last.
      texts.delete(key)
      texts.set(key, latest)
      return latest
    }

    function end(): void {
      if (over) return
      over = true
      for (const text of texts.values()) text.end()
      texts.clear()
      latest = undefined
      release()
    }

    function abort(): void {
      if (aborted) return
      aborted = true
      over = true
      texts.clear()
      latest = undefined
      running.cancel(signal?.aborted === true ? signal.reason : undefined)
      release()
    }

    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort)
    return {
      push(text, channel = DEFAULT_CHANNEL) {
        if (over) return
        running.checkTime()
        if (!over && text !== '') textOf(channel).push(text)
      },
      end,
      abort,
      get observerFailures() {
        return observer.failures
      },
    }
  }

  return {
    open,
    async *watch(texts, watching) {
      const watch = open(watching)
      let left = true
      try {
        for await (const text of texts) {
          watch.push(text)
          yield text
        }
        left = false
      } catch (error) {
        // The source failed; the reader did not leave.
        left = false
        throw error
      } finally {
        if (left) watch.abort()
        else watch.end()
      }
    },
    watchSink(sink, watching) {
      const watch = open(watching)
      return {
        write: (bytes) => sink.write(bytes),
        event(event: GuardEvent) {
          if (event.type === 'text-delivered' && kinds.has(event.channel.kind)) {
            watch.push(event.text, event.channel)
          }
          const isText = event.type === 'text-delivered' || event.type === 'text-held'
          if (sink.event !== undefined && (!isText || sink.watchesText?.() !== false)) sink.event(event)
        },
        end(report) {
          if (report.ending === 'aborted') watch.abort()
          else watch.end()
          sink.end(withFailures(report, watch.observerFailures))
        },
        ...(sink.metrics && { metrics: sink.metrics }),
      }
    },
  }
}

function withFailures(report: GuardReport, failures: number): GuardReport {
  if (failures === 0) return report
  return { ...report, observerFailures: (report.observerFailures ?? 0) + failures }
}
