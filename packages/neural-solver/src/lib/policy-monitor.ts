import { MidstreamError } from '@midstream/core'
import { type Automaton, createAutomaton, FAILS, HOLDS, OPEN } from './automaton.ts'
import { VERDICTS } from './automaton-session.ts'
import { type Classifier, createClassifier } from './classifier.ts'
import { type CoreNode, lowerFormula, MAX_UNROLL } from './core-formula.ts'
import { createValueTest } from './event-test.ts'
import { type Atom, atomKey, type Formula, type TraceEvent } from './formula.ts'
import {
  compileMonitor,
  type Monitor,
  type MonitorOptions,
  type MonitorSession,
  type MonitorSnapshot,
  type Verdict,
} from './monitor.ts'
import { parseFormula } from './parse.ts'
import { printFormula } from './print.ts'
import { createLane, type Lane, type LaneMember } from './product-lane.ts'
import { shapeOf } from './shape.ts'
import { createSparseLane } from './sparse-lane.ts'
import { createTrail, follow, wayOf } from './trail.ts'

export interface PolicyRule {
  readonly id: string
  readonly formula: Formula | string
  /** @default true */
  readonly enabled?: boolean
}

export interface PolicyDecision {
  readonly id: string
  readonly verdict: 'true' | 'false'
  /** Index of the event, counted from the first that the monitor took. */
  readonly decidedAt: number
  /** Indexes of the events that explain it. */
  readonly witness: readonly number[]
}

export interface PolicyMonitorOptions extends MonitorOptions {
  /**
   * Called when a rule is decided, at the end of `push` or `advance`, when all rules have seen the event. It may
   * use the monitor.
   */
  readonly onDecision?: (decision: PolicyDecision) => void
}

/** Many rules over one stream. */
export interface PolicyMonitor {
  /**
   * Takes the next event. Returns `false` when an enabled rule is broken, `true` when all are fulfilled for good,
   * otherwise `inconclusive`. Errors as `MonitorSession.push`: after TRACE_INVALID no rule has seen the event. The
   * time is asked for and looked at while a rule with a window waits for its verdict.
   */
  push(event: TraceEvent, timeMs?: number): Verdict
  advance(timeMs: number): Verdict
  readonly verdict: Verdict
  readonly length: number
  /** Adds a rule, which sees the events from the next one on. @throws RangeError for an id in use. */
  add(rule: PolicyRule): void
  /** @throws RangeError for an unknown id. The same holds for what follows. */
  remove(id: string): void
  /** A disabled rule sees no events and has no part in the verdict. */
  disable(id: string): void
  /** The rule starts anew with the next event: it cannot speak for events that it did not see. */
  enable(id: string): void
  rule(id: string): {
    readonly verdict: Verdict
    readonly enabled: boolean
    readonly decision: PolicyDecision | undefined
  }
  /** Ends the trace: for each enabled rule whether it holds. A rule that saw no event is left out. */
  end(): Map<string, boolean>
  /** The rules and where they are, as JSON. After FORMULA_LIMIT it throws that: an event is not wholly taken. */
  snapshot(): PolicySnapshot
  /** Bytes of tables of this monitor, and of the automata that it made. */
  bytes(): number
}

export interface PolicySnapshot {
  readonly version: 1
  readonly length: number
  readonly ended: boolean
  readonly timeMs: number | null
  readonly rules: readonly {
    readonly id: string
    readonly formula: string
    readonly enabled: boolean
    readonly since: number
    readonly decision: PolicyDecision | null
    /** Whether the trace may end here; null before the first event, and beside a session. */
    readonly ends: boolean | null
    /** Events and letters on the way to the present state, or a session. */
    readonly state: readonly (readonly [number, number])[] | MonitorSnapshot
  }[]
}

const inTime = (node: CoreNode): boolean => 'window' in node && node.window.unit === 'ms'

/** As many rules are stepped by one table; of more only those that an event concerns. */
const LANE_SIZE = 12
/** Classes of events that are told apart before the tables are made anew. */
const MAX_LETTERS = 1 << 16

interface Entry {
  readonly id: string
  readonly formula: Formula
  readonly text: string
  enabled: boolean
  /** Events before the first that it saw. */
  since: number
  verdict: number
  decision: PolicyDecision | undefined
  /** What the inputs of the automaton ask. */
  readonly inputs: readonly Atom[]
  /** Table steps, in a lane with others. */
  readonly fast: LaneMember | undefined
  /** A session of its own, for windows in time. */
  readonly monitor: Monitor | undefined
  /** Has a window in time. */
  readonly timed: boolean
  slow: MonitorSession | undefined
}

/**
 * Monitors a set of rules. Each distinct condition is evaluated once per event; rules of the same shape share one
 * automaton; rules are stepped in groups whose common state is one table look-up.
 *
 * @throws MidstreamError as `compileMonitor`, and FORMULA_UNSUPPORTED for `trace: 'infinite'`.
 */
export function createPolicyMonitor(
  rules: readonly PolicyRule[],
  options: PolicyMonitorOptions = {},
): PolicyMonitor {
  return openPolicyMonitor(rules, options, undefined)
}

/**
 * Goes on where a snapshot was taken.
 *
 * @throws MidstreamError SNAPSHOT_INVALID when it is damaged; otherwise as `createPolicyMonitor`.
 */
export function resumePolicyMonitor(
  snapshot: PolicySnapshot,
  options: PolicyMonitorOptions = {},
): PolicyMonitor {
  if (snapshot.version !== 1) throw new MidstreamError('SNAPSHOT_INVALID', 'a snapshot of another version')
  return openPolicyMonitor(snapshot.rules, options, snapshot)
}

function openPolicyMonitor(
  rules: readonly PolicyRule[],
  options: PolicyMonitorOptions,
  saved: PolicySnapshot | undefined,
): PolicyMonitor {
  if (options.trace === 'infinite')
    throw new MidstreamError('FORMULA_UNSUPPORTED', 'a set of rules is monitored over finite traces')
  const { match, maxStates = 4096, maxNodes = 1 << 20 } = options
  const entries = new Map<string, Entry>()
  const automata = new Map<string, Automaton>()
  let classifier: Classifier
  let lanes: Lane[] = []
  let slow: Entry[] = []
  let length = 0
  let clock = -Infinity
  let ended = false
  let failed = 0
  let held = 0
  let active = 0
  /** Something stands before the next event: the end, a failure, or tables to be made. */
  let unready = true
  let stale = true
  let hasSlow = false
  let crowded = false
  let current: Verdict = 'inconclusive'
  let classify: (event: TraceEvent) => number = () => 0
  let failure: unknown
  /** Rules decided since the lanes were made: they only take up room there. */
  let settledRules = 0
  /** Decisions to be told once all rules have seen the event. */
  const untold: PolicyDecision[] = []

  function makeEntry(rule: PolicyRule): Entry {
    const formula = typeof rule.formula === 'string' ? parseFormula(rule.formula) : rule.formula
    const text = printFormula(formula)
    const entry = {
      id: rule.id,
      formula,
      text,
      enabled: rule.enabled ?? true,
      since: length,
      verdict: OPEN,
      decision: undefined,
    }
    const core = lowerFormula(formula, { infinite: false, maxUnroll: MAX_UNROLL })
    // A missing matcher shows now, not at the next event.
    for (const atom of core.atoms) createValueTest(atom, match)
    if (core.nodes.some((node) => 'window' in node))
      return { ...entry, timed: core.nodes.some(inTime), inputs: [], fast: undefined, ...openSlow(formula) }
    const key = shapeOf(formula) ?? `=${text}`
    let automaton = automata.get(key)
    if (automaton === undefined) {
      automaton = createAutomaton(core, { infinite: false, maxStates, maxNodes })
      automata.set(key, automaton)
    }
    // Atoms of a formula of the same shape stand at the same places.
    const inputs = automaton.inputs.map((id) => {
      const node = automaton.core.nodes[id]!
      return core.atoms[node.kind === 'atom' ? node.atom : -1]!
    })
    const made: Entry = {
      ...entry,
      timed: false,
      monitor: undefined,
      slow: undefined,
      inputs,
      fast: undefined,
    }
    const fast: LaneMember = {
      automaton,
      atoms: [],
      trail: createTrail(automaton.residual(automaton.initial)),
      state: automaton.initial,
      decided: (verdict) => settle(made, verdict),
    }
    return Object.assign(made, { fast, verdict: automaton.verdict(automaton.initial) })
  }

  function openSlow(formula: Formula): { monitor: Monitor; slow: MonitorSession; verdict: number } {
    const monitor = compileMonitor(formula, options)
    const slow = monitor.open()
    return { monitor, slow, verdict: VERDICTS.indexOf(slow.verdict) }
  }

  /** Numbers the conditions of these rules, and no others: what removed rules asked is forgotten. */
  function numberAtoms(open: readonly Entry[]): Atom[] {
    const atoms: Atom[] = []
    const numbers = new Map<string, number>()
    for (const { fast, inputs } of open) {
      fast!.atoms = inputs.map((atom) => {
        const key = atomKey(atom)
        const number = numbers.get(key) ?? atoms.push(atom) - 1
        numbers.set(key, number)
        return number
      })
    }
    return atoms
  }

  function settle(entry: Entry, verdict: number): void {
    entry.verdict = verdict
    if (verdict === FAILS) failed++
    else held++
    current = overall()
    settledRules++
    crowded = settledRules * 8 > active - held - failed
    const witness =
      entry.fast === undefined
        ? entry.slow!.witness().map((i) => i + entry.since)
        : wayOf(entry.fast.trail).map(([event]) => event)
    entry.decision = {
      id: entry.id,
      verdict: verdict === HOLDS ? 'true' : 'false',
      decidedAt: length,
      witness,
    }
    untold.push(entry.decision)
  }

  /** In order, also when the callback takes the next event. */
  function tell(): void {
    for (let decision = untold.shift(); decision !== undefined; decision = untold.shift())
      options.onDecision?.(decision)
  }

  function rebuild(): void {
    stale = false
    const enabled = [...entries.values()].filter((entry) => entry.enabled)
    active = enabled.length
    failed = enabled.filter((entry) => entry.verdict === FAILS).length
    held = enabled.filter((entry) => entry.verdict === HOLDS).length
    slow = enabled.filter((entry) => entry.slow !== undefined)
    const open = enabled.filter((entry) => entry.fast !== undefined && entry.verdict === OPEN)
    classifier = createClassifier(numberAtoms(open), match)
    // Rules that read the same fields change together: their product stays small.
    const members = open.map((entry) => entry.fast!).sort((x, y) => (x.atoms[0] ?? 0) - (y.atoms[0] ?? 0))
    lanes = members.length > LANE_SIZE ? [createSparseLane(members, classifier)] : []
    if (members.length > 0 && members.length <= LANE_SIZE) lanes = [createLane(members, classifier)]
    settledRules = 0
    crowded = false
    hasSlow = slow.length > 0
    classify = classifier.classify
    current = overall()
    unready = ended
  }

  /** Replaces a lane whose product grew too large by two; they take the event instead. */
  function split(at: number, letter: number): void {
    lanes[at]!.settle()
    const { members } = lanes[at]!
    const middle = members.length >> 1
    const halves = [members.slice(0, middle), members.slice(middle)].map((part) =>
      createLane(part, classifier),
    )
    lanes.splice(at, 1, ...halves)
    // The second half first: splitting it leaves the place of the first.
    for (const i of [at + 1, at]) if (!lanes[i]!.step(letter, length)) split(i, letter)
  }

  function prepare(): void {
    if (ended) throw new MidstreamError('SESSION_ENDED', 'the trace has ended')
    if (failure !== undefined) throw failure
    if (stale) rebuild()
  }

  /** Before any rule sees the event, so that an error leaves all as they were. */
  function setClock(timeMs: number | undefined): void {
    if (timeMs === undefined && !slow.some((entry) => entry.timed && entry.verdict === OPEN)) return
    if (!(timeMs! >= clock && timeMs! < Infinity))
      throw new MidstreamError('TRACE_INVALID', `event ${length} needs a time that does not fall`)
    clock = timeMs!
  }

  const overall = (): Verdict =>
    failed > 0 ? 'false' : active > 0 && held === active ? 'true' : 'inconclusive'

  function find(id: string): Entry {
    const entry = entries.get(id)
    if (entry === undefined) throw new RangeError(`no rule has the id "${id}"`)
    return entry
  }

  /** The lanes and the classifier are made anew before the next event. */
  function invalidate(): void {
    for (const lane of lanes) lane.settle()
    lanes = []
    stale = true
    unready = true
  }

  function add(rule: PolicyRule): void {
    if (entries.has(rule.id)) throw new RangeError(`the id "${rule.id}" is in use`)
    entries.set(rule.id, makeEntry(rule))
    invalidate()
  }

  function restart(entry: Entry): void {
    entry.since = length
    entry.decision = undefined
    entry.slow?.reset()
    if (entry.fast !== undefined) {
      entry.fast.state = entry.fast.automaton.initial
      entry.fast.trail.top = 0
    }
    entry.verdict = entry.fast?.automaton.verdict(entry.fast.state) ?? VERDICTS.indexOf(entry.slow!.verdict)
  }

  function followSlow(run: (session: MonitorSession) => Verdict): void {
    for (const entry of slow) {
      if (entry.verdict !== OPEN) continue
      const verdict = VERDICTS.indexOf(run(entry.slow!))
      if (verdict !== OPEN) settle(entry, verdict)
    }
  }

  function load(snapshot: PolicySnapshot): void {
    for (const { id, since, decision, ends, state } of snapshot.rules) {
      const entry = find(id)
      entry.since = since
      entry.decision = decision ?? undefined
      if (entry.fast === undefined) {
        entry.slow = entry.monitor!.resume(state as MonitorSnapshot)
        entry.verdict = VERDICTS.indexOf(entry.slow.verdict)
        continue
      }
      const { automaton, trail } = entry.fast
      for (const [event, letter] of state as [number, number][]) {
        entry.fast.state = automaton.step(entry.fast.state, letter)
        follow(trail, automaton.residual(entry.fast.state), event, letter)
      }
      entry.fast.state = automaton.ending(entry.fast.state, ends ?? undefined)
      entry.verdict = automaton.verdict(entry.fast.state)
    }
    ;({ length, ended } = snapshot)
    clock = snapshot.timeMs ?? -Infinity
    if (!Number.isInteger(length)) throw new TypeError('no length')
  }

  for (const rule of rules) add(rule)
  if (saved !== undefined) {
    try {
      load(saved)
    } catch (cause) {
      if (MidstreamError.is(cause)) throw cause
      throw new MidstreamError('SNAPSHOT_INVALID', 'the snapshot is damaged', { cause })
    }
  }
  rebuild()

  return {
    push(event, timeMs) {
      if (unready) prepare()
      if (hasSlow) setClock(timeMs)
      try {
        const letter = classify(event)
        // Backwards: a lane that splits makes room behind itself.
        for (let i = lanes.length - 1; i >= 0; i--) if (!lanes[i]!.step(letter, length)) split(i, letter)
        if (hasSlow) followSlow((session) => session.push(event, timeMs))
        if (letter >= MAX_LETTERS || crowded) invalidate()
      } catch (error) {
        failure = error
        unready = true
        throw error
      }
      length++
      const verdict = current
      if (untold.length > 0) tell()
      return verdict
    },
    advance(timeMs) {
      if (unready) prepare()
      if (hasSlow) setClock(timeMs)
      followSlow((session) => session.advance(timeMs))
      const verdict = current
      tell()
      return verdict
    },
    get verdict() {
      if (stale) rebuild()
      return current
    },
    get length() {
      return length
    },
    add,
    remove(id) {
      const automaton = find(id).fast?.automaton
      entries.delete(id)
      invalidate()
      const used = [...entries.values()].some(({ fast }) => fast?.automaton === automaton)
      for (const [key, value] of automata) if (value === automaton && !used) automata.delete(key)
    },
    disable(id) {
      find(id).enabled = false
      invalidate()
    },
    enable(id) {
      const entry = find(id)
      if (entry.enabled) return
      invalidate()
      entry.enabled = true
      restart(entry)
    },
    rule(id) {
      const { verdict, enabled, decision } = find(id)
      return { verdict: VERDICTS[verdict]!, enabled, decision }
    },
    end() {
      if (failure !== undefined) throw failure
      ended = true
      unready = true
      for (const lane of lanes) lane.settle()
      const results = new Map<string, boolean>()
      for (const entry of entries.values()) {
        if (!entry.enabled || entry.since === length) continue
        if (entry.verdict !== OPEN) results.set(entry.id, entry.verdict === HOLDS)
        else results.set(entry.id, entry.slow?.end() ?? entry.fast!.automaton.ends(entry.fast!.state))
      }
      return results
    },
    snapshot() {
      if (failure !== undefined) throw failure
      for (const lane of lanes) lane.settle()
      const saved = [...entries.values()].map((entry) => ({
        id: entry.id,
        formula: entry.text,
        enabled: entry.enabled,
        since: entry.since,
        decision: entry.decision ?? null,
        ends:
          entry.fast === undefined || entry.since === length
            ? null
            : entry.fast.automaton.ends(entry.fast.state),
        state: entry.fast === undefined ? entry.slow!.snapshot() : wayOf(entry.fast.trail),
      }))
      return { version: 1, length, ended, timeMs: Number.isFinite(clock) ? clock : null, rules: saved }
    },
    bytes() {
      const shared = [...new Set(automata.values())].reduce((sum, automaton) => sum + automaton.bytes(), 0)
      return lanes.reduce((sum, lane) => sum + lane.bytes(), shared)
    },
  }
}
