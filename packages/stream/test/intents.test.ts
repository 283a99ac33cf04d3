import { wordInspector } from '@midstream/conformance'
import type { Inspector } from '@midstream/core'
import { oneByOne } from '@midstream/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIntentWatcher } from '../src/index.ts'
import { channel, FINDING, readAll, settle, told, watching, words } from './intent-watching.ts'

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

    const sure = watching(
      {},
      {
        ...words,
        open: (_, sink) => ({
          push(text) {
            sink.finding({ ...FINDING, rule: 'word/weather' })
            sink.overflow('word/weather', 0, 3)
            return text.length
          },
          end() {},
        }),
      },
    )
    sure.open().push('abc')
    expect(told(sure.events)).toEqual(['intent-seen weather'])
  })

  it('does not tell of a failure after all that there is to tell', () => {
    for (const throwing of [false, true]) {
      const inspector: Inspector = {
        ...words,
        open: (_, sink) => ({
          push(text) {
            for (const word of ['URGENT', 'weather', 'schedule a meeting']) {
              sink.finding({ ...FINDING, rule: `word/${word}` })
            }
            if (throwing) throw new Error('boom')
            return text.length
          },
          end() {},
        }),
      }
      const { open, events } = watching({}, inspector)
      open().push('abc')
      expect(told(events).filter((line) => !line.startsWith('intent-seen'))).toEqual(['task-started weather'])
    }
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
      if (act === 'abort') expect(told(events)).toEqual(['intent-seen urgent'])
      expect(told(events).includes('intent-seen calendar')).toBe(act === 'push')
    }
  })

  it('ST-02 skips an empty piece', () => {
    let opened = 0
    const counting: Inspector = {
      ...words,
      open(at, sink) {
        opened++
        return words.open(at, sink)
      },
    }
    const { open } = watching({}, counting)
    readAll(open(), ['', ''])
    expect(opened).toBe(0)
  })

  it('I-5 keeps no more text than is undecided: it reads more than one string can hold', () => {
    const piece = 'x'.repeat(1_000_000)
    for (const pending of [0, 1]) {
      let read = 0
      const inspector: Inspector = {
        ...words,
        open: () => ({
          push(text) {
            read += text.length
            return read - pending
          },
          end() {},
        }),
      }
      const { open, events } = watching({}, inspector)
      const watch = open()
      for (let i = 0; i < 540; i++) watch.push(piece)
      expect(events).toEqual([])
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

  it('goes by what was required when it was made', async () => {
    const requires: string[] = ['b']
    let ran = 0
    const task = { requires, run: () => ran++ }
    const watcher = createIntentWatcher<string>({
      inspector: words,
      intents: { a: { rules: ['word/weather'], task }, b: { rules: ['word/URGENT'] } },
    })
    requires.length = 0
    readAll(watcher.open(), ['weather'])
    await settle()
    expect(ran).toBe(0)
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
