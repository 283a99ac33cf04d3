import { MidstreamError } from '@midstream/core'
import { analyzeAutomaton, type MonitorAnalysis } from './analyze-monitor.ts'
import { type Automaton, createAutomaton } from './automaton.ts'
import { openAutomatonSession } from './automaton-session.ts'
import { createClassifier } from './classifier.ts'
import { type CoreFormula, lowerFormula, MAX_UNROLL, reachable } from './core-formula.ts'
import { openDeadlineSession } from './deadline-session.ts'
import type { TextMatcher } from './event-test.ts'
import type { Formula, TraceEvent } from './formula.ts'
import { parseFormula } from './parse.ts'
import { printFormula } from './print.ts'

/** What every continuation of the events so far agrees on. */
export type Verdict = 'true' | 'false' | 'inconclusive'

export interface MonitorOptions {
  /**
   * `finite`: the stream ends some day; X at the last event is false, and stopping counts as a continuation.
   * `infinite`: it never ends (the semantics LTL3). @default 'finite'
   */
  readonly trace?: 'finite' | 'infinite'
  /** For `~`. */
  readonly match?: TextMatcher
  /** States of the automaton. One more: FORMULA_LIMIT. @default 4096 */
  readonly maxStates?: number
  /** Nodes of decision diagrams while states are made, 28 bytes each. One more: FORMULA_LIMIT. @default 1048576 */
  readonly maxNodes?: number
  /** Events inside one window in time that must be kept apart. One more: FORMULA_LIMIT. @default 65536 */
  readonly maxWindowEvents?: number
}

/** One stream under observation. */
export interface MonitorSession {
  /**
   * Takes the next event. Once a verdict is reached it stays.
   *
   * @param timeMs When it happened; needed by windows in time, never falling.
   * @throws MidstreamError TRACE_INVALID for a missing or falling time, FORMULA_LIMIT past a bound (and from then
   *   on), SESSION_ENDED after `end`.
   */
  push(event: TraceEvent, timeMs?: number): Verdict
  /** Says that no event before this time will come. Can decide a window in time without an event. */
  advance(timeMs: number): Verdict
  readonly verdict: Verdict
  /** Events taken. */
  readonly length: number
  /** Index of the event that decided; −1 when no event was needed; undefined while inconclusive. */
  readonly decidedAt: number | undefined
  /**
   * Indexes of events that explain the state, ascending. Without windows in time these events alone lead to the
   * same verdict, and at most one is kept for each state of the automaton.
   */
  witness(): number[]
  /** Ends the trace: whether it satisfies the formula. @throws MidstreamError TRACE_INVALID without any event. */
  end(): boolean
  /** The session as JSON, for `Monitor.resume`. After FORMULA_LIMIT it throws that: the session missed an event. */
  snapshot(): MonitorSnapshot
  reset(): void
}

export interface MonitorSnapshot {
  readonly version: 1
  readonly formula: string
  readonly trace: 'finite' | 'infinite'
  readonly engine: 'automaton' | 'deadlines'
  readonly state: unknown
}

/** A compiled formula. Shared by all streams; sessions only keep where they are in it. */
export interface Monitor {
  readonly formula: Formula
  /** `automaton`: table steps, earliest verdicts. `deadlines`: windows in time that look ahead. */
  readonly engine: 'automaton' | 'deadlines'
  open(): MonitorSession
  /** @throws MidstreamError SNAPSHOT_INVALID when the snapshot is of another formula or damaged. */
  resume(snapshot: MonitorSnapshot): MonitorSession
  /** Explores the whole automaton. @throws MidstreamError FORMULA_UNSUPPORTED for the engine `deadlines`. */
  analyze(): MonitorAnalysis
  /** Bytes of the shared tables at this moment. */
  bytes(): number
}

/**
 * Compiles a formula, given as text or data, for observation.
 *
 * @throws MidstreamError FORMULA_SYNTAX, FORMULA_LIMIT, or FORMULA_UNSUPPORTED for windows in time that look
 *   back over an operator that looks ahead. TypeError when `~` is used without `match`.
 */
export function compileMonitor(formula: Formula | string, options: MonitorOptions = {}): Monitor {
  const parsed = typeof formula === 'string' ? parseFormula(formula) : formula
  const { trace = 'finite', match, maxStates = 4096, maxNodes = 1 << 20, maxWindowEvents = 65_536 } = options
  for (const [name, value] of Object.entries({ maxStates, maxNodes, maxWindowEvents }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} must be a positive integer, got ${value}`)
  const infinite = trace === 'infinite'
  const core = lowerFormula(parsed, { infinite, maxUnroll: MAX_UNROLL })
  const engine = hasDeadlines(core) ? 'deadlines' : 'automaton'
  const text = printFormula(parsed)
  const wrap = (state: unknown): MonitorSnapshot => ({ version: 1, formula: text, trace, engine, state })
  const automaton =
    engine === 'automaton' ? createAutomaton(core, { infinite, maxStates, maxNodes }) : undefined
  const letterOf = automaton === undefined ? undefined : createLetterReader(automaton, match)
  const limits = { match, maxNodes, maxWindowEvents, infinite, wrap, letterOf }
  const open = (state?: unknown): MonitorSession =>
    automaton === undefined
      ? openDeadlineSession(core, limits, state)
      : openAutomatonSession(automaton, limits, state)
  open() // A missing matcher or an operator out of place shows now, not at the first event.
  return {
    formula: parsed,
    engine,
    open: () => open(),
    resume(snapshot) {
      if (
        snapshot.version !== 1 ||
        snapshot.formula !== text ||
        snapshot.trace !== trace ||
        snapshot.engine !== engine
      )
        throw new MidstreamError('SNAPSHOT_INVALID', 'the snapshot is of another formula or version')
      return open(snapshot.state)
    },
    analyze() {
      if (automaton === undefined)
        throw new MidstreamError(
          'FORMULA_UNSUPPORTED',
          'a formula with deadlines has no automaton to explore',
        )
      return analyzeAutomaton(automaton)
    },
    bytes: () => automaton?.bytes() ?? 0,
  }
}

/** Classes of events whose letters are kept. */
const MAX_LETTERS = 1 << 16

/** The letter of an event, where all inputs are atoms: a table from classes of events, shared by all sessions. */
function createLetterReader(
  automaton: Automaton,
  match: TextMatcher | undefined,
): ((event: TraceEvent) => number) | undefined {
  const places = automaton.inputs.map((id) => {
    const node = automaton.core.nodes[id]!
    return node.kind === 'atom' ? node.atom : -1
  })
  if (places.includes(-1)) return undefined
  let classifier = createClassifier(automaton.core.atoms, match)
  let known = new Int32Array(64).fill(-1)
  return (event) => {
    const kind = classifier.classify(event)
    const letter = kind < known.length ? known[kind]! : -1
    if (letter >= 0) return letter
    if (kind >= MAX_LETTERS) {
      classifier = createClassifier(automaton.core.atoms, match)
      known = new Int32Array(64).fill(-1)
      return places.reduce((sum, atom, i) => {
        const again = classifier.classify(event)
        return classifier.truth(again, atom) ? sum | (1 << i) : sum
      }, 0)
    }
    if (kind >= known.length) {
      const grown = new Int32Array(Math.max(known.length * 2, kind + 1)).fill(-1)
      grown.set(known)
      known = grown
    }
    known[kind] = places.reduce((sum, atom, i) => (classifier.truth(kind, atom) ? sum | (1 << i) : sum), 0)
    return known[kind]!
  }
}

function hasDeadlines(core: CoreFormula): boolean {
  return reachable(core, core.root).some((id) => core.nodes[id]!.kind === 'windowUntil')
}
