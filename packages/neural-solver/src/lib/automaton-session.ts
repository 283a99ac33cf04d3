import { MidstreamError } from '@midstream/core'
import { type Automaton, HOLDS, OPEN } from './automaton.ts'
import type { TextMatcher } from './event-test.ts'
import type { TraceEvent } from './formula.ts'
import { createAtomReader } from './letter.ts'
import type { MonitorSession, MonitorSnapshot, Verdict } from './monitor.ts'
import { createPastEngine, type PastState } from './past-engine.ts'
import { createTrail, follow, wayOf } from './trail.ts'

export const VERDICTS: readonly Verdict[] = ['inconclusive', 'true', 'false']

export interface SessionLimits {
  readonly match: TextMatcher | undefined
  readonly maxNodes: number
  readonly maxWindowEvents: number
  readonly infinite: boolean
  wrap(state: unknown): MonitorSnapshot
  /** Reads the letter of an event, where that needs nothing from the events before. */
  readonly letterOf: ((event: TraceEvent) => number) | undefined
}

/** Where a session is, and the shortest part of its history that leads there. */
interface SavedState {
  readonly length: number
  readonly ended: boolean
  readonly decidedAt: number | null
  readonly timeMs: number
  /** Index of the event and its letter, for each step of the path. */
  readonly path: readonly (readonly [number, number])[]
  /** Whether the trace may end here; null before the first event. */
  readonly ends: boolean | null
  readonly past: PastState | null
}

export function openAutomatonSession(
  automaton: Automaton,
  limits: SessionLimits,
  saved?: unknown,
): MonitorSession {
  const { core, inputs } = automaton
  const reader = createAtomReader(core.atoms, limits.match)
  const windows = inputs.filter((id) => core.nodes[id]!.kind === 'windowSince')
  const past = windows.length > 0 ? createPastEngine(core, windows, limits.maxWindowEvents) : undefined
  const needsTime = windows.some((id) => {
    const node = core.nodes[id]!
    return node.kind === 'windowSince' && node.window.unit === 'ms'
  })
  const bits = inputs.map((id) => {
    const node = core.nodes[id]!
    return node.kind === 'atom' ? () => reader.truth(node.atom) : () => past!.truth(id)
  })

  let state = automaton.initial
  let length = 0
  let ended = false
  let decidedAt: number | undefined
  let clock = -Infinity
  let failure: unknown
  const trail = createTrail(automaton.residual(automaton.initial))

  /** Ended or failed. */
  let closed = false
  let verdict: Verdict = 'inconclusive'

  function start(): void {
    if (automaton.verdict(state) !== OPEN) decidedAt = -1
    verdict = VERDICTS[automaton.verdict(state)]!
  }

  function refuse(): never {
    if (ended) throw new MidstreamError('SESSION_ENDED', 'the trace has ended')
    throw failure
  }

  function setClock(timeMs: number | undefined): void {
    if (!(timeMs! >= clock && timeMs! < Infinity))
      throw new MidstreamError('TRACE_INVALID', `event ${length} needs a time that does not fall`)
    clock = timeMs!
  }

  function readLetter(event: TraceEvent): number {
    reader.read(event)
    past?.update(reader.truth, clock)
    let letter = 0
    for (let i = 0; i < bits.length; i++) if (bits[i]!()) letter |= 1 << i
    return letter
  }

  function restore(value: unknown): void {
    try {
      const from = value as SavedState
      for (const [event, letter] of from.path) {
        state = automaton.step(state, letter)
        follow(trail, automaton.residual(state), event, letter)
      }
      state = automaton.ending(state, from.ends ?? undefined)
      ;({ length, ended } = from)
      decidedAt = from.decidedAt ?? undefined
      closed = ended
      verdict = VERDICTS[automaton.verdict(state)]!
      clock = from.timeMs ?? -Infinity
      if (past !== undefined) past.load(from.past!)
      if (!Number.isInteger(length) || (decidedAt === undefined) !== (automaton.verdict(state) === OPEN))
        throw new TypeError('inconsistent')
    } catch (cause) {
      if (MidstreamError.is(cause, 'FORMULA_LIMIT')) throw cause
      throw new MidstreamError('SNAPSHOT_INVALID', 'the snapshot is damaged', { cause })
    }
  }

  start()
  if (saved !== undefined) restore(saved)

  return {
    push(event, timeMs) {
      if (closed) refuse()
      if (needsTime || timeMs !== undefined) setClock(timeMs)
      if (decidedAt === undefined) {
        try {
          const letter = limits.letterOf === undefined ? readLetter(event) : limits.letterOf(event)
          const next = automaton.step(state, letter)
          if (next !== state) {
            state = next
            follow(trail, automaton.residual(state), length, letter)
            if (automaton.verdict(state) !== OPEN) decidedAt = length
            verdict = VERDICTS[automaton.verdict(state)]!
          }
        } catch (error) {
          failure = error
          closed = true
          throw error
        }
      }
      length++
      return verdict
    },
    advance: () => verdict,
    get verdict() {
      return verdict
    },
    get length() {
      return length
    },
    get decidedAt() {
      return decidedAt
    },
    witness: () => wayOf(trail).map(([event]) => event),
    end() {
      if (length === 0) throw new MidstreamError('TRACE_INVALID', 'a trace has at least one event')
      if (failure !== undefined) throw failure
      if (limits.infinite && automaton.verdict(state) === OPEN)
        throw new MidstreamError('FORMULA_UNSUPPORTED', 'an infinite trace does not end; it is undecided')
      ended = true
      closed = true
      return automaton.verdict(state) === OPEN ? automaton.ends(state) : automaton.verdict(state) === HOLDS
    },
    snapshot() {
      if (failure !== undefined) throw failure
      return limits.wrap({
        length,
        ended,
        decidedAt: decidedAt ?? null,
        timeMs: clock,
        path: wayOf(trail),
        ends: length === 0 ? null : automaton.ends(state),
        past: past?.save() ?? null,
      } satisfies SavedState)
    },
    reset() {
      state = automaton.initial
      length = 0
      ended = false
      decidedAt = undefined
      clock = -Infinity
      failure = undefined
      trail.top = 0
      past?.reset()
      closed = false
      start()
    },
  }
}
