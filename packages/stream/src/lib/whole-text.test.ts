import type { Channel, Inspector } from '@midstream/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChannelObserver, type ChannelText, createChannelText } from './channel-text.ts'
import { createGuard } from './guard.ts'
import { inspectWholeText } from './whole-text.ts'

const channel: Channel = { kind: 'other', provenance: 'model', index: 0, key: 'other/x' }

/** What an inspector does with a text: it reports spans, holds back, or throws. */
interface Script {
  readonly spans: readonly (readonly [
    start: number,
    length: number,
    atEnd: boolean,
    kind: 'finding' | 'overflow',
  ])[]
  readonly held: number
  readonly throwsIn: 'open' | 'push' | 'end' | 'nothing'
  readonly deaf: boolean
}

function scripted({ spans, held, throwsIn, deaf }: Script, id: string): Inspector {
  const fail = (step: string): void => {
    if (step === throwsIn) throw new Error(id)
  }
  return {
    id,
    maxHoldChars: 8,
    open(_channel, sink) {
      fail('open')
      if (deaf) return undefined
      const say = (end: boolean): void => {
        for (const [start, length, atEnd, kind] of spans) {
          if (atEnd !== end) continue
          const rule = `${id}/${start}`
          if (kind === 'overflow') sink.overflow(rule, start, start + length)
          else {
            const finding = { rule, category: 'x', severity: 'low', confidence: 1 } as const
            sink.finding({ ...finding, start, end: start + length })
          }
        }
      }
      return {
        push(text) {
          say(false)
          fail('push')
          return Math.max(0, text.length - held)
        },
        end() {
          say(true)
          fail('end')
        },
      }
    },
  }
}

const script: fc.Arbitrary<Script> = fc.record({
  spans: fc.array(
    fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.constantFrom('finding', 'overflow')),
    { maxLength: 2 },
  ),
  held: fc.constantFrom(0, 0, 1, 2, Number.NaN),
  throwsIn: fc.constantFrom('nothing', 'nothing', 'nothing', 'open', 'push', 'end'),
  deaf: fc.boolean(),
})

describe('inspectWholeText', () => {
  it('decides a text as a channel that is given all of it and closed', () => {
    fc.assert(
      fc.property(
        fc.array(script, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.constantFrom('cut', 'release'),
        fc.constantFrom('redact', 'block', 'annotate'),
        fc.boolean(),
        fc.constantFrom('', 'abcdefghij', 'abcdefghijklmnopqrst'),
        (scripts, failOpen, atHoldLimit, action, signed, text) => {
          const guard = createGuard({
            inspectors: scripts.map((one, i) => scripted(one, `i${i}`)),
            policy: { decide: () => action },
            limits: { maxHoldChars: 12 },
            failOpen,
            atHoldLimit,
          })
          const outcome = (run: (observer: ChannelObserver) => ChannelText): unknown => {
            const said: unknown[] = []
            const read = run({ decided: (one) => said.push(one), event: (event) => said.push(event) })
            const { length, releasable, cut, closed, holdsUntilClosed } = read
            const shown = read.render(text.slice(0, releasable), 0)
            const cutBy = cut && { at: cut.at, code: cut.error.code, details: cut.error.details }
            return { length, releasable, cutBy, closed, holdsUntilClosed, shown, said, key: read.channel.key }
          }
          const ref = { channel, text, path: ['x'], whole: true, signed }
          expect(outcome((observer) => inspectWholeText(guard, ref, observer))).toEqual(
            outcome((observer) => {
              const full = createChannelText(guard, { channel, signed }, observer)
              full.push(text)
              full.close()
              return full
            }),
          )
        },
      ),
      { numRuns: 3000 },
    )
  })
})
