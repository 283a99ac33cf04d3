import {
  type Channel,
  type Finding,
  type Inspector,
  type InspectorSession,
  type InspectorSink,
  MidstreamError,
  type Severity,
} from '@midstream/core'
import { createFindingQueue, type Queued } from './finding-queue.ts'
import { compileInjectionEngine, type InjectionEngine } from './injection-engine.ts'
import { injectionPacks } from './injection-packs.ts'
import type { Pack, PackPattern } from './pack.ts'
import { CLASSIFIER_RULE, type TextClassifier, thresholdOf } from './text-classifier.ts'
import { type Disguise, openTextScan, type ScanSink, type TextScan } from './text-scan.ts'

export interface InjectionInspectorOptions {
  /** Packs over the normalised text. @default those of this package */
  readonly packs?: readonly Pack[]
  /** Packs over the squeezed text. @default that of this package; [] leaves this lane out */
  readonly squeezedPacks?: readonly Pack[]
  /** Ids of patterns that are left out. An id that no pack has is refused. @default none */
  readonly disabled?: readonly string[]
  /** Layers of base64 and hex that are opened. 0 opens none. @default 3 */
  readonly maxDecodeDepth?: number
  /** Bytes that the base64 runs of a text, and as many that its hex runs, may decode to. @default 1048576 */
  readonly maxDecodedBytes?: number
  /**
   * Judges passages of what users, tools and operators wrote; what a model says is read by pattern only, because a
   * classifier holds a window of text. It does not look into encodings. @default none
   */
  readonly classifier?: TextClassifier
  /** Characters that may wait for a decision. @default 8192, the default of `StreamLimits.maxHoldChars` */
  readonly maxHoldChars?: number
}

/** A finding with what its text was hidden in, outermost first. Empty: it stood there in plain. */
export interface InjectionFinding extends Finding {
  readonly via: readonly Disguise[]
}

export interface InjectionInspector extends Inspector {
  readonly patterns: readonly PackPattern[]
  /** What the patterns find in a whole text, by ascending start, and spans that were not decided. */
  scan(text: string): InjectionScan
  /** The part of `scan` that reads the text as it stands, without decoding and without the squeezed form. */
  quickScan(text: string): InjectionScan
}

export interface InjectionScan {
  readonly findings: readonly InjectionFinding[]
  /** Encoded text beyond the depth or the budget, and text that waited beyond the hold bound. */
  readonly undecided: readonly { readonly rule: string; readonly start: number; readonly end: number }[]
}

/** Share of its confidence that a finding keeps for each layer of encoding around it. */
const LAYER_CONFIDENCE = 0.9
const MIN_CONFIDENCE = 0.1

interface Item extends Queued {
  readonly rule: string
  readonly category: string
  readonly severity: Severity
  readonly confidence: number
  readonly via: readonly Disguise[]
  readonly type: 'finding' | 'overflow'
}

/** Rule of characters that show as nothing but spell something. */
export const HIDDEN_RULE = 'injection/hidden-text'
const HIDDEN = {
  rule: HIDDEN_RULE,
  category: 'injection',
  severity: 'high',
  confidence: 0.9,
} as const
const CLASSIFIED = {
  rule: CLASSIFIER_RULE,
  category: 'injection',
  severity: 'high',
} as const
/** Direction overrides also occur in honest right-to-left text, so they are only reported. */
const OVERRIDE = {
  rule: 'injection/bidi-override',
  category: 'injection',
  severity: 'low',
  confidence: 0.3,
} as const

function confidenceOf(confidence: number, via: readonly Disguise[]): number {
  const layers = via.filter((name) => name === 'base64' || name === 'hex').length
  const value = Math.max(MIN_CONFIDENCE, confidence * LAYER_CONFIDENCE ** layers)
  return Math.round(value * 1000) / 1000
}

function replacementOf(rule: string): string {
  return `[redacted:${rule.slice(rule.lastIndexOf('/') + 1)}]`
}

function toFinding({ rule, category, severity, confidence, start, end, via }: Item): InjectionFinding {
  return { rule, category, severity, confidence, start, end, replacement: replacementOf(rule), via }
}

/** Turns reports of a scan into queued items. Ranks put plain matches before squeezed ones of the same start. */
function queueSink({ patterns }: InjectionEngine, add: (item: Item) => void): ScanSink {
  const ranks = { plain: 0, squeezed: patterns.plain.length }
  const last = patterns.plain.length + patterns.squeezed.length
  return {
    match(lane, index, start, end, via) {
      const { id, category, severity, confidence } = patterns[lane][index]!
      add({
        type: 'finding',
        rank: ranks[lane] + index,
        rule: id,
        category,
        severity,
        confidence: confidenceOf(confidence, via),
        start,
        end,
        via,
      })
    },
    hidden: (start, end, via) => add({ type: 'finding', rank: last, ...HIDDEN, start, end, via }),
    override: (start, end, via) => add({ type: 'finding', rank: last + 1, ...OVERRIDE, start, end, via }),
    undecided: (bound, start, end) =>
      add({
        type: 'overflow',
        rank: last + 2,
        rule: `injection/decode-${bound}`,
        category: 'injection',
        severity: 'medium',
        confidence: MIN_CONFIDENCE,
        start,
        end,
        via: [],
      }),
  }
}

/** A classifier and the score from which it reports. */
interface Judge {
  readonly classifier: TextClassifier
  readonly threshold: number
}

interface Reader {
  push(text: string, from: number, to: number): number
  end(): void
}

/** Adds the passages that a classifier finds to what a scan finds. Passages that overlap count once. */
function withJudge(
  scan: TextScan,
  judge: Judge | undefined,
  add: (item: Item) => void,
  rank: number,
): Reader {
  if (judge === undefined) return scan
  const { classifier, threshold } = judge
  let reported = 0
  const session = classifier.open((score, start, end) => {
    if (score < threshold || start < reported || end <= start) return
    reported = end
    const confidence = Math.max(MIN_CONFIDENCE, Math.round(score * 1000) / 1000)
    add({ type: 'finding', rank, ...CLASSIFIED, confidence, start, end, via: [] })
  })
  return {
    push: (text, from, to) => Math.min(session.push(text.slice(from, to)), scan.push(text, from, to)),
    end() {
      session.end()
      scan.end()
    },
  }
}

interface Listener {
  finding(finding: InjectionFinding): void
  overflow(rule: string, start: number, end: number): void
}

function openSession(
  engine: InjectionEngine,
  listener: Listener,
  maxHoldChars: number,
  judge?: Judge,
): InspectorSession {
  let position = 0
  let cleared = 0
  // A scan counts from where it began: after an overflow a new one reads on.
  let base = 0
  let ended = false
  let plainEnd = -1
  const queue = createFindingQueue<Item>((item) => {
    if (item.type === 'overflow') {
      listener.overflow(item.rule, item.start, item.end)
      return
    }
    // The squeezed form of a phrase that a pattern found in plain says nothing new.
    if (item.via.at(-1) === 'squeezed' && item.start < plainEnd) return
    if (item.rank < engine.patterns.plain.length) plainEnd = Math.max(plainEnd, item.end)
    listener.finding(toFinding(item))
  })
  const add = (item: Item): void =>
    queue.add(base === 0 ? item : { ...item, start: item.start + base, end: item.end + base })
  const sink = queueSink(engine, add)
  const lastRank = engine.patterns.plain.length + engine.patterns.squeezed.length + 3
  const openReader = (): Reader => withJudge(openTextScan(engine, sink), judge, add, lastRank)
  let scan = openReader()

  function giveUp(): void {
    scan.end()
    queue.flush(position)
    listener.overflow('injection/hold', cleared, position)
    base = position
    cleared = position
    scan = openReader()
  }

  return {
    push(text) {
      if (ended) throw new MidstreamError('SESSION_ENDED', 'push after the end of the channel')
      let at = 0
      while (at < text.length) {
        // Whether the bound is reached must depend on the text, not on how it was cut.
        const until = Math.min(text.length, at + maxHoldChars - (position - cleared))
        const seen = scan.push(text, at, until) + base
        position += until - at
        at = until
        cleared = Math.max(cleared, seen)
        queue.flush(cleared)
        if (position - cleared >= maxHoldChars) giveUp()
      }
      return cleared
    },
    end() {
      if (ended) return
      ended = true
      scan.end()
      queue.flush(Infinity)
    },
  }
}

const DEAF: Listener = { finding() {}, overflow() {} }

/**
 * Makes an inspector that finds instructions planted to override those of the operator, jailbreaks, and links
 * that would carry data out, by pattern: in the text itself, behind look-alike letters, invisible characters,
 * escapes, separators and digits, and inside base64 and hex. Linear in the text.
 *
 * It opens every channel but those of a model's vocabulary: log probabilities name the special tokens of a chat
 * template, which as text would be forged turns.
 *
 * Compile it once and share it. Encoded text beyond `maxDecodeDepth` or `maxDecodedBytes` is an overflow of
 * the rule `injection/decode-depth` or `injection/decode-budget`, and text that waited beyond `maxHoldChars`
 * one of `injection/hold`: undecided, never silently let pass.
 *
 * Throws PACK_INVALID for an id that two packs share, an unknown id in `disabled`, and an unbounded pattern;
 * RangeError for a bound that is no non-negative integer.
 */
export function createInjectionInspector(options: InjectionInspectorOptions = {}): InjectionInspector {
  const { maxDecodeDepth = 3, maxDecodedBytes = 1_048_576, maxHoldChars = 8192, classifier } = options
  for (const [name, value] of Object.entries({ maxDecodeDepth, maxDecodedBytes, maxHoldChars })) {
    if (Number.isInteger(value) && value >= (name === 'maxHoldChars' ? 1 : 0)) continue
    throw new RangeError(`${name} must be a non-negative integer, got ${value}`)
  }
  const engine = compileInjectionEngine({
    plain: options.packs ?? injectionPacks().plain,
    squeezed: options.squeezedPacks ?? injectionPacks().squeezed,
    disabled: options.disabled ?? [],
    maxDepth: maxDecodeDepth,
    maxDecodedBytes,
  })
  const unused: InspectorSession[] = []
  const open = (reading: InjectionEngine, listener: Listener, judge?: Judge): InspectorSession => {
    // When the last session is collected V8 drops the code that it has compiled for sessions: this one keeps it.
    if (unused.length === 0) unused.push(openSession(engine, DEAF, maxHoldChars))
    return openSession(reading, listener, maxHoldChars, judge)
  }

  function scanText(reading: InjectionEngine, text: string): InjectionScan {
    const findings: InjectionFinding[] = []
    const undecided: { rule: string; start: number; end: number }[] = []
    const session = open(reading, {
      finding: (finding) => findings.push(finding),
      overflow: (rule, start, end) => undecided.push({ rule, start, end }),
    })
    session.push(text)
    session.end()
    return { findings, undecided }
  }

  return {
    id: 'injection',
    patterns: [...engine.patterns.plain, ...engine.patterns.squeezed],
    maxHoldChars,
    open({ provenance, vocabulary }: Channel, sink: InspectorSink) {
      // A list of tokens instructs nobody. What they spell is judged where it stands as text.
      if (vocabulary) return undefined
      if (classifier === undefined || provenance === 'model') return open(engine, sink)
      return open(engine, sink, { classifier, threshold: thresholdOf(classifier, provenance) })
    },
    scan: (text) => scanText(engine, text),
    quickScan: (text) => scanText({ ...engine, squeezed: undefined, maxDepth: 0 }, text),
  }
}
