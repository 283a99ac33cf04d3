import { wordInspector } from '@midstream/conformance'
import { type Channel, type Inspector, MidstreamError } from '@midstream/core'
import { createFakeClock, oneByOne, splitTwice } from '@midstream/test-kit'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createIntentWatcher,
  type IntentEvent,
  type IntentMatch,
  type IntentTask,
  type WatchOptions,
} from '../src/index.ts'

const words = wordInspector(['URGENT', 'weather', 'schedule a meeting'])
type Name = 'urgent' | 'weather' | 'calendar'

/** Intents of which `weather` has a task; what it was given and what was told. */
function watching(task: Partial<IntentTask<Name>> = {}, inspector: Inspector = words) {
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
  const options = { onEvent: (event: IntentEvent<Name>) => events.push(event) }
  const open = (more: WatchOptions<Name> = {}) => watcher.open({ ...options, ...more })
  return { watcher, clock, matches, signals, events, options, open }
}

function told(events: readonly IntentEvent<Name>[]): string[] {
  return events.map((event) => `${event.type} ${'intent' in event ? event.intent : nameOf(event)}`)
}

function nameOf(event: IntentEvent<Name>): string {
  return event.type === 'intent-seen' ? event.match.intent : ''
}

/** Lets every promise that can settle do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

function readAll(watch: { push(text: string): void; end(): void }, pieces: Iterable<string>): void {
  for (const piece of pieces) watch.push(piece)
  watch.end()
}

const channel = (key: string): Channel => ({ kind: 'content', provenance: 'user', index: 0, key })

afterEach(() => {
  vi.useRealTimers()
})

describe('createIntentWatcher', () => {
  it("ST-04 sees urgent and weather in an urgent question, and calls the weather's tool once", async () => {
    for (const text of ["URGENT: What's the weather", 'the weather, weather, weather please, URGENT!']) {
      const { open, events, matches } = watching()
      readAll(open(), [text, text, ' weather '])
      await settle()
      expect(told(events).sort()).toEqual([
        'intent-seen urgent',
        'intent-seen weather',
        'task-ended weather',
        'task-started weather',
      ])
      const start = text.indexOf('weather')
      const finding = { rule: 'word/weather', start, end: start + 7 }
      expect(matches).toMatchObject([{ intent: 'weather', text: 'weather', finding }])
    }
  })

  it('ST-05 records the intent of a question that is not urgent, and calls no tool', async () => {
    const { open, events, matches } = watching()
    readAll(open(), ["what's the weather"])
    await settle()
    expect(told(events)).toEqual(['intent-seen weather'])
    expect(matches).toEqual([])
  })

  it('ST-05 does not take urgency from another text of the stream', async () => {
    const { open, matches } = watching()
    const watch = open()
    watch.push('URGENT', channel('content/0'))
    watch.push('weather', channel('content/1'))
    await settle()
    expect(matches).toEqual([])
    watch.push('URGENT', channel('content/1'))
    await settle()
    expect(matches).toMatchObject([{ channel: { key: 'content/1' } }])
  })

  it('ST-06 sees that a meeting is to be scheduled', () => {
    const { open, events } = watching()
    readAll(open(), ['please schedule a meeting with Ann'])
    expect(told(events)).toEqual(['intent-seen calendar'])
    expect(events).toMatchObject([{ match: { text: 'schedule a meeting', finding: { start: 7 } } }])
  })

  it('ST-07 I-2 sees one intent in a word that came in two pieces, told with all of its text', () => {
    const { open, events } = watching()
    readAll(open(), ['wea', 'ther'])
    expect(events).toMatchObject([{ type: 'intent-seen', match: { intent: 'weather', text: 'weather' } }])
  })

  it('I-2 tells the same and starts the same for every way of cutting the text', async () => {
    const piece = fc.constantFrom(
      'URGENT',
      'weather',
      'schedule a meeting',
      'wea',
      'ther',
      ' ',
      'URG',
      '😀',
      'x',
    )
    const cut = fc.array(fc.nat({ max: 9 }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 14 }), cut, async (pieces, sizes) => {
        const text = pieces.join('')
        const run = async (parts: Iterable<string>) => {
          const { open, events, matches } = watching()
          readAll(open(), parts)
          await settle()
          return { told: events.filter(({ type }) => type !== 'task-ended'), matches }
        }
        const whole = await run([text])
        const parts: string[] = []
        let at = 0
        for (const size of sizes) {
          parts.push(text.slice(at, at + size))
          at += size
        }
        parts.push(text.slice(at))
        expect(await run(parts)).toEqual(whole)
        expect(await run(oneByOne(text))).toEqual(whole)
        // By definition: what the text holds, and the task when it holds both.
        const held = ['URGENT', 'weather', 'schedule a meeting'].filter((word) => text.includes(word))
        expect(told(whole.told).filter((line) => line.startsWith('intent-seen'))).toHaveLength(held.length)
        expect(whole.matches).toHaveLength(held.includes('URGENT') && held.includes('weather') ? 1 : 0)
      }),
      { numRuns: 256 },
    )
  })

  it('ST-08 tells of a tool that throws, now or later, and reads on', async () => {
    const now = (): never => {
      throw new Error('no network')
    }
    const later = () => Promise.reject(new Error('no network'))
    for (const run of [now, later]) {
      const { open, events } = watching({ run })
      const watch = open()
      watch.push('URGENT weather')
      await settle()
      watch.push(' schedule a meeting')
      watch.end()
      expect(told(events).slice(2)).toEqual([
        'task-started weather',
        'task-failed weather',
        'intent-seen calendar',
      ])
      const failed = events.find(({ type }) => type === 'task-failed')
      expect(failed).toMatchObject({ error: { code: 'TASK_FAILED', cause: new Error('no network') } })
    }
  })

  it('ST-08 gives a tool up that takes too long, aborts its signal, and reads on', async () => {
    const { open, events, clock, signals } = watching({ run: () => new Promise(() => {}), timeoutMs: 2000 })
    const watch = open()
    watch.push('URGENT weather')
    await settle()
    clock.advance(1999)
    watch.push('.')
    expect(signals[0]!.aborted).toBe(false)
    clock.advance(1)
    watch.push(' schedule a meeting')
    const error = { code: 'TASK_TIMEOUT', details: { intent: 'weather', limit: 2000 } }
    expect(events.slice(3)).toMatchObject([
      { type: 'task-failed', intent: 'weather', tookMs: 2000, error },
      { type: 'intent-seen', match: { intent: 'calendar' } },
    ])
    expect(signals[0]!.reason).toMatchObject(error)
  })

  it('ST-08 gives a tool up in time although no more text comes, and keeps no timer after', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { open, events, clock } = watching({ run: () => new Promise(() => {}), timeoutMs: 1000 })
    readAll(open(), ['URGENT weather'])
    await settle()
    expect(vi.getTimerCount()).toBe(1)
    clock.advance(1000)
    vi.advanceTimersByTime(250)
    expect(events.at(-1)).toMatchObject({ type: 'task-failed', error: { code: 'TASK_TIMEOUT' } })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tells the result of a task and how long it took, once, even when it ends after its timeout', async () => {
    let finish = (_: string): void => {}
    const run = () => new Promise<string>((resolve) => (finish = resolve))
    const first = watching({ run })
    first.open().push('URGENT weather')
    await settle()
    first.clock.advance(40)
    finish('sunny')
    await settle()
    const ended = { type: 'task-ended', intent: 'weather', result: 'sunny', tookMs: 40 }
    expect(first.events.slice(3)).toEqual([ended])

    const late = watching({ run, timeoutMs: 30 })
    readAll(late.open(), ['URGENT weather'])
    await settle()
    late.clock.advance(30)
    finish('rain')
    await settle()
    expect(late.events.slice(3)).toMatchObject([{ type: 'task-failed', error: { code: 'TASK_TIMEOUT' } }])
  })

  it('aborts what runs when the stream is aborted, also after its end, and tells nothing more', async () => {
    for (const ended of [false, true]) {
      const { open, events, signals, matches } = watching({ run: () => new Promise(() => {}) })
      const watch = open()
      watch.push('URGENT weather schedule a meet')
      await settle()
      if (ended) watch.end()
      watch.abort()
      watch.abort()
      watch.push('ing')
      watch.end()
      expect(matches).toHaveLength(1)
      expect(signals[0]!.reason).toMatchObject({ code: 'TASK_CANCELLED' })
      expect(told(events).slice(3)).toEqual(['task-failed weather'])
    }
  })

  it('does not run a task of a stream that is aborted at once', async () => {
    const { open, matches } = watching()
    const watch = open()
    watch.push('URGENT weather')
    watch.abort()
    await settle()
    expect(matches).toEqual([])
  })

  it('follows a signal, and lets go of it when all is over', async () => {
    const controller = new AbortController()
    const remove = vi.spyOn(controller.signal, 'removeEventListener')
    const { open, events, signals } = watching({ run: () => new Promise(() => {}) })
    const watch = open({ signal: controller.signal })
    readAll(watch, ['URGENT weather'])
    await settle()
    // The task still runs.
    expect(remove).not.toHaveBeenCalled()
    controller.abort(new Error('gone'))
    expect(signals[0]!.aborted).toBe(true)
    expect(events.at(-1)).toMatchObject({ error: { code: 'TASK_CANCELLED', cause: new Error('gone') } })
    expect(remove).toHaveBeenCalled()

    open({ signal: controller.signal }).push('schedule a meeting')
    expect(told(events)).not.toContain('intent-seen calendar')
  })

  it('decides at the end what was undecided, and starts the task of it', async () => {
    const prefix = wordInspector(['URGENT', 'weather', 'weather report'])
    const { open, events, matches } = watching({}, prefix)
    const watch = open()
    watch.push('URGENT weather rep')
    expect(told(events)).toEqual(['intent-seen urgent'])
    watch.end()
    await settle()
    expect(matches).toMatchObject([{ text: 'weather' }])
  })

  it('ST-19 keeps a hundred streams apart', async () => {
    const { watcher, matches } = watching()
    const seen: string[][] = Array.from({ length: 100 }, () => [])
    const streams = seen.map((names) =>
      watcher.open({ onEvent: (event) => event.type === 'intent-seen' && names.push(event.match.intent) }),
    )
    for (const [i, stream] of streams.entries()) stream.push(i % 2 === 0 ? 'URG' : 'wea')
    for (const [i, stream] of streams.entries()) stream.push(i % 2 === 0 ? 'ENT' : 'ther')
    for (const [i, stream] of streams.entries()) if (i === 40) stream.push(' weather')
    for (const stream of streams) stream.end()
    await settle()
    for (const [i, names] of seen.entries()) {
      expect(names).toEqual(i === 40 ? ['urgent', 'weather'] : [i % 2 === 0 ? 'urgent' : 'weather'])
    }
    expect(matches).toHaveLength(1)
  })

  it('I-8 tells of an inspector that throws, and stops watching that text only', () => {
    const broken: Inspector = {
      ...words,
      open(at, sink) {
        const session = words.open(at, sink)!
        return {
          push(text) {
            if (text.includes('boom')) throw new Error('boom')
            return session.push(text)
          },
          end: () => session.end(),
        }
      },
    }
    const { open, events } = watching({}, broken)
    const watch = open()
    watch.push('URGENT', channel('a'))
    watch.push('boom', channel('a'))
    watch.push('weather', channel('a'))
    watch.push('schedule a meeting', channel('b'))
    expect(told(events)).toEqual(['intent-seen urgent', 'inspector-failed ', 'intent-seen calendar'])
    expect(events[1]).toMatchObject({ inspector: 'words', channel: { key: 'a' }, error: new Error('boom') })
  })

  it('tells of an inspector that cannot be opened, and of one that holds more than it promised', () => {
    const closed: Inspector = {
      ...words,
      open() {
        throw new Error('closed')
      },
    }
    const greedy: Inspector = { ...words, maxHoldChars: 5, open: () => ({ push: () => 0, end() {} }) }
    for (const [inspector, error] of [
      [closed, { message: 'closed' }],
      [greedy, { code: 'INSPECTOR_FAILED', details: { inspector: 'words', limit: 5 } }],
    ] as const) {
      const { open, events } = watching({}, inspector)
      readAll(open(), ['12345', '6', '7'])
      expect(events).toMatchObject([{ type: 'inspector-failed', error }])
    }
  })

  it('tells once of an intent that was left undecided', () => {
    const unsure: Inspector = {
      ...words,
      open: (_, sink) => ({
        push(text) {
          sink.overflow('word/weather', 0, text.length)
          sink.overflow('word/other', 0, text.length)
          return text.length
        },
        end() {},
      }),
    }
    const { open, events } = watching({}, unsure)
    const watch = open()
    watch.push('abc')
    expect(events).toMatchObject([
      { type: 'intent-undecided', intent: 'weather', rule: 'word/weather', start: 0, end: 3 },
    ])
    watch.push('abc')
    expect(events).toHaveLength(1)
  })

  it('counts what an observer throws, and goes on', async () => {
    const { open, matches } = watching()
    const onEvent = (): never => {
      throw new Error('observer')
    }
    const watch = open({ onEvent })
    readAll(watch, ['URGENT weather'])
    await settle()
    expect(matches).toHaveLength(1)
    expect(watch.observerFailures).toBe(4)
  })

  it('lets an observer push, end and abort', async () => {
    for (const act of ['push', 'end', 'abort'] as const) {
      const { open, events, matches } = watching()
      const watch = open({
        onEvent(event) {
          events.push(event)
          if (events.length === 1) watch[act](' schedule a meeting')
        },
      })
      readAll(watch, ['URGENT weather'])
      await settle()
      expect(matches).toHaveLength(act === 'abort' ? 0 : 1)
      expect(told(events).includes('intent-seen calendar')).toBe(act === 'push')
    }
  })

  it('I-5 holds no more sessions than 64 at a time; a text that was left for long is over', async () => {
    let opened = 0
    const counting: Inspector = {
      ...words,
      open(at, sink) {
        opened++
        const session = words.open(at, sink)!
        return {
          push: (text) => session.push(text),
          end() {
            opened--
            session.end()
          },
        }
      },
    }
    const { open, matches } = watching({}, counting)
    const watch = open()
    watch.push('URGENT ', channel('kept'))
    watch.push('URGENT ', channel('left'))
    for (let i = 0; i < 1000; i++) {
      watch.push('wea', channel(`text/${i}`))
      watch.push('.', channel('kept'))
      expect(opened).toBeLessThanOrEqual(64)
    }
    watch.push('weather', channel('left'))
    await settle()
    expect(matches).toEqual([])
    watch.push('weather', channel('kept'))
    await settle()
    expect(matches).toHaveLength(1)
    watch.end()
    expect(opened).toBe(0)
  })

  it('I-10 ST-09 reads a million characters one at a time, with an intent at their end', () => {
    const { open, events } = watching()
    const watch = open()
    const filler = 'wea URGEN '
    for (let i = 0; i < 1_000_000; i++) watch.push(filler[i % filler.length]!)
    readAll(watch, ['weather'])
    expect(events).toMatchObject([{ match: { text: 'weather', finding: { start: 1_000_000 } } }])
  })

  it('reads no further when every intent was seen', () => {
    let read = 0
    const counting: Inspector = {
      ...words,
      open(at, sink) {
        const session = words.open(at, sink)!
        return {
          push(text) {
            read++
            return session.push(text)
          },
          end: () => session.end(),
        }
      },
    }
    const { open } = watching({}, counting)
    readAll(open(), ['URGENT weather', ' schedule a meeting.', 'more', 'and more'])
    expect(read).toBe(2)
  })

  it('takes names that objects have themselves', async () => {
    const ran: string[] = []
    const watcher = createIntentWatcher({
      inspector: words,
      intents: {
        ['__proto__']: {
          rules: ['word/weather', 'word/weather'],
          task: { requires: ['constructor'], run: ({ intent }) => ran.push(intent) },
        },
        constructor: { rules: ['word/weather', 'word/URGENT'] },
      },
    })
    readAll(watcher.open(), ['weather'])
    await settle()
    expect(ran).toEqual(['__proto__'])
  })

  it.each<[string, () => unknown]>([
    ['no intent', () => createIntentWatcher({ inspector: words, intents: {} })],
    [
      'an intent without a rule',
      () => createIntentWatcher({ inspector: words, intents: { a: { rules: [] } } }),
    ],
    [
      'a required intent that is not there',
      () =>
        createIntentWatcher<string>({
          inspector: words,
          intents: { a: { rules: ['r'], task: { requires: ['toString'], run() {} } } },
        }),
    ],
    ...[0, -1, Number.NaN, Infinity].map((timeoutMs): [string, () => unknown] => [
      `a timeout of ${timeoutMs}`,
      () =>
        createIntentWatcher({
          inspector: words,
          intents: { a: { rules: ['r'], task: { timeoutMs, run() {} } } },
        }),
    ]),
    ...[8193, Infinity, Number.NaN].map((maxHoldChars): [string, () => unknown] => [
      `an inspector that may hold ${maxHoldChars} characters`,
      () => createIntentWatcher({ inspector: { ...words, maxHoldChars }, intents: { a: { rules: ['r'] } } }),
    ]),
  ])('refuses %s with RangeError', (_what, act) => {
    expect(act).toThrow(RangeError)
  })
})

describe('IntentWatcher.watch', () => {
  async function* source(pieces: Iterable<string>, closed: () => void = () => {}) {
    try {
      yield* pieces
    } finally {
      closed()
    }
  }

  it('I-3 ST-08 passes every piece on as it came, whatever the inspector, the tool and the observer do', async () => {
    const failing: Inspector = {
      ...words,
      open() {
        throw new Error('inspector')
      },
    }
    const fail = (): never => {
      throw new Error('fail')
    }
    const text = 'URGENT weather'
    for (const inspector of [words, failing]) {
      for (const pieces of splitTwice(text)) {
        const { watcher } = watching({ run: fail }, inspector)
        const got: string[] = []
        for await (const piece of watcher.watch(source(pieces), { onEvent: fail })) got.push(piece)
        expect(got).toEqual([...pieces])
      }
    }
  })

  it('gives a piece on before the next one is there: no text is held for an intent', async () => {
    const { watcher } = watching()
    let asked = 0
    async function* slow() {
      for (const piece of ['wea', 'ther']) {
        asked++
        yield piece
      }
    }
    const texts = watcher.watch(slow())
    expect((await texts.next()).value).toBe('wea')
    expect(asked).toBe(1)
    await texts.return()
  })

  it('ST-12 aborts the tasks and closes the source when the reader leaves', async () => {
    const { watcher, signals, options } = watching({ run: () => new Promise(() => {}) })
    const closed = vi.fn()
    for await (const _ of watcher.watch(source(['URGENT weather', 'more'], closed), options)) {
      await settle()
      break
    }
    expect(closed).toHaveBeenCalledOnce()
    expect(signals[0]!.reason).toMatchObject({ code: 'TASK_CANCELLED' })
  })

  it('hands the failure of a source on; its tasks go on', async () => {
    const { watcher, signals, events, options } = watching({ run: () => new Promise(() => {}) })
    async function* failing() {
      yield 'URGENT weather schedule a meeting'
      throw new MidstreamError('UPSTREAM_ABORTED', 'broke')
    }
    const read = async () => {
      for await (const _ of watcher.watch(failing(), options));
    }
    await expect(read()).rejects.toMatchObject({ code: 'UPSTREAM_ABORTED' })
    expect(signals[0]!.aborted).toBe(false)
    expect(told(events)).toContain('intent-seen calendar')
  })

  it('reads a web stream and a plain list', async () => {
    const { watcher, events, options } = watching()
    for (const texts of [ReadableStream.from(['wea', 'ther']), ['wea', 'ther']]) {
      const got: string[] = []
      for await (const piece of watcher.watch(texts as AsyncIterable<string>, options)) got.push(piece)
      expect(got).toEqual(['wea', 'ther'])
    }
    expect(told(events)).toEqual(['intent-seen weather', 'intent-seen weather'])
  })
})
