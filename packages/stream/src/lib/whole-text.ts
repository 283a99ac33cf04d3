import type { Channel, Finding, Inspector, InspectorSession, InspectorSink } from '@midstream/core'
import { type ChannelObserver, type ChannelText, createChannelText } from './channel-text.ts'
import type { Guard } from './guard.ts'
import type { TextRef } from './protocol.ts'

/** What an inspector said about a text, to be said once more. */
interface Said {
  /** Calls of its sink while it read, and at the end of the text. */
  readonly read: ((sink: InspectorSink) => void)[]
  readonly ended: ((sink: InspectorSink) => void)[]
  cleared: number
  /** Where it threw, and what. */
  failedIn?: 'open' | 'push' | 'end'
  error?: unknown
}

/**
 * The closed channel of a text that is complete in itself. An event can have thousands, and hardly one holds anything:
 * only for those is a channel made with all that a text in pieces needs.
 */
export function inspectWholeText(guard: Guard, ref: TextRef, observer: ChannelObserver): ChannelText {
  const { channel, text, signed } = ref
  if (text === '') return clearText(channel, 0)
  const { inspectors } = guard
  let decided = guard
  // A longer text may meet the bound on what is held; the text of a call is read with its escapes resolved.
  if (text.length <= guard.limits.maxHoldChars && channel.kind !== 'tool-input') {
    const said = inspectors.map((inspector) => listen(inspector, channel, text))
    if (said.every((one) => typeof one === 'number')) return clearText(channel, text.length)
    decided = { ...guard, inspectors: inspectors.map((inspector, i) => repeating(inspector, said[i]!)) }
  }
  const full = createChannelText(decided, { channel, signed }, observer)
  full.push(text)
  full.close()
  return full
}

/** What an inspector says about a text, or the offset that it cleared when it says nothing. */
function listen(inspector: Inspector, channel: Channel, text: string): Said | number {
  let said: Said | undefined
  let atEnd = false
  const hear = (call: (sink: InspectorSink) => void): void => {
    said ??= { read: [], ended: [], cleared: 0 }
    said[atEnd ? 'ended' : 'read'].push(call)
  }
  let step: 'open' | 'push' | 'end' = 'open'
  let cleared = text.length
  try {
    const session = inspector.open(channel, {
      finding: (finding: Finding) => hear((sink) => sink.finding(finding)),
      overflow: (rule, start, end) => hear((sink) => sink.overflow(rule, start, end)),
    })
    if (session === undefined) return cleared
    step = 'push'
    cleared = session.push(text)
    step = 'end'
    atEnd = true
    session.end()
  } catch (error) {
    said = { ...(said ?? { read: [], ended: [], cleared }), failedIn: step, error }
  }
  // An offset that is none fails, as it does for a text in pieces.
  if (said === undefined && cleared >= 0) return cleared
  return { ...(said ?? { read: [], ended: [] }), cleared }
}

/** The inspector as it was heard. */
function repeating({ id, maxHoldChars }: Inspector, said: Said | number): Inspector {
  const { read, ended, cleared, failedIn, error }: Said =
    typeof said === 'number' ? { read: [], ended: [], cleared: said } : said
  const failAt = (step: Said['failedIn']): void => {
    if (step === failedIn) throw error
  }
  return {
    id,
    maxHoldChars,
    open(_channel, sink): InspectorSession {
      failAt('open')
      return {
        push() {
          for (const call of read) call(sink)
          failAt('push')
          return cleared
        },
        end() {
          for (const call of ended) call(sink)
          failAt('end')
        },
      }
    },
  }
}

const IS_CLEAR = {
  push() {},
  close() {},
  yieldTo() {},
  render: (text: string): string => text,
  endsInside: (): boolean => false,
} satisfies Partial<ChannelText>

/** A closed channel in which nothing was found. The fields in the order of other channels: see ChannelText. */
function clearText(channel: Channel, length: number): ChannelText {
  return {
    channel,
    holdsUntilClosed: false,
    length,
    releasable: length,
    cut: undefined,
    closed: true,
    push: IS_CLEAR.push,
    close: IS_CLEAR.close,
    yieldTo: IS_CLEAR.yieldTo,
    render: IS_CLEAR.render,
    endsInside: IS_CLEAR.endsInside,
  }
}
