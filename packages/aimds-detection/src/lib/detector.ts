import { isThreat } from '@midstream/aimds-core'
import { compareSeverities, type Finding, type Provenance } from '@midstream/core'
import { createInjectionClassifier } from './classifier.ts'
import type { DetectionMemory } from './detection-memory.ts'
import { createInjectionInspector, HIDDEN_RULE, type InjectionInspector } from './injection-inspector.ts'
import { createPatternInspector, type PatternInspector } from './pattern-inspector.ts'
import { CLASSIFIER_RULE, type TextClassifier, thresholdOf } from './text-classifier.ts'
import type { Disguise } from './text-scan.ts'

export interface DetectorOptions {
  /** Patterns of attacks. @default createInjectionInspector() */
  readonly injection?: InjectionInspector
  /** Personal data and secrets; false: not looked for, and reports have no `pii`. @default createPatternInspector() */
  readonly pii?: PatternInspector | false
  /** Judges passages, which finds what no pattern names; false: patterns only. @default createInjectionClassifier() */
  readonly classifier?: TextClassifier | false
  /**
   * Confidence from which an attack makes a text unsafe, in (0, 1]. Weaker findings are left out.
   * @default 0.5 for patterns; a classifier has thresholds of its own
   */
  readonly threshold?: number
  /** Score of the classifier from which it reports, per author. @default the classifier's thresholds */
  readonly classifierThreshold?: Partial<Readonly<Record<Provenance, number>>>
  /** Code units that are read of a text; the report on a longer one is incomplete. @default 1048576 */
  readonly maxChars?: number
  /** Confirmed verdicts that later results follow. @default none */
  readonly memory?: Pick<DetectionMemory, 'recall'>
}

export interface DetectionContext {
  /** Who wrote the text. @default user */
  readonly provenance?: Provenance
}

/** A rule that recognised an attack. */
export interface Detection extends Finding {
  /** What the text was hidden in, outermost first. */
  readonly via: readonly Disguise[]
  /** How often the rule matched; the span is that of its most confident match. */
  readonly count: number
  /** Of `injection/learned`: the entry of the memory that it rests on. */
  readonly entry?: string
}

export interface DetectionReport {
  /** Nothing at or above the threshold, and everything was read. */
  readonly safe: boolean
  /** Part of the text was not decided: it is longer than `maxChars`, or encoded beyond the bounds. */
  readonly incomplete: boolean
  /** Attacks, one per rule: by severity, then confidence, then place. */
  readonly threats: readonly Detection[]
  /** Score of the classifier in [0, 1], when there is one. */
  readonly score?: number
  /** Personal data and secrets by ascending start. They never make a text unsafe. Absent when switched off. */
  readonly pii?: readonly Finding[]
  /** What an entry of the memory, by which this very text is harmless, took out of `threats`. */
  readonly excused?: { readonly entry: string; readonly threats: readonly Detection[] }
}

export interface DetectorStats {
  readonly checks: number
  readonly scans: number
  readonly quickScans: number
  /** Calls whose text was not safe. */
  readonly unsafe: number
  readonly chars: number
}

/** Looks at whole texts. For text that arrives in pieces use the inspectors. */
export interface Detector {
  /** Whether a text is safe: `scan(text).safe`. */
  check(text: string, context?: DetectionContext): boolean
  scan(text: string, context?: DetectionContext): DetectionReport
  /**
   * Patterns over the text as it stands only: no decoding, no squeezed form, no classifier, no personal data; of the
   * memory what it says about this very text.
   * What it reports, `scan` reports too.
   */
  quickScan(text: string, context?: DetectionContext): DetectionReport
  /** Calls so far. A `check` does not count as a scan. */
  stats(): DetectorStats
}

const DEFAULT_THRESHOLD = 0.5
const MIN_CONFIDENCE = 0.1
const DEFAULT_MAX_CHARS = 1_048_576

const LEARNED_RULE = 'injection/learned'

type Match = Finding & { readonly via: readonly Disguise[]; readonly entry?: string }

/** Who reads the text sees what matched. What is encoded or invisible may not have been looked at. */
const inSight = ({ rule, via }: Match): boolean =>
  rule !== HIDDEN_RULE && via.every((disguise) => disguise === 'squeezed')

/** One detection per rule, with the span of the most confident match. */
function mergeByRule(findings: readonly Match[]): Detection[] {
  const merged = new Map<string, Detection>()
  for (const finding of findings) {
    const known = merged.get(finding.rule)
    if (known === undefined) merged.set(finding.rule, { ...finding, count: 1 })
    else {
      const best = finding.confidence > known.confidence ? finding : known
      merged.set(finding.rule, { ...best, count: known.count + 1 })
    }
  }
  return [...merged.values()].sort(
    (a, b) => compareSeverities(b.severity, a.severity) || b.confidence - a.confidence || a.start - b.start,
  )
}

function requireShare(name: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw new RangeError(`${name} must be in (0, 1], got ${value}`)
}

/**
 * Makes a detector for whole texts: attacks by pattern and by score; personal data and
 * secrets beside. Keeps nothing of a text and learns nothing by itself. Linear in the text.
 *
 * Throws RangeError for a threshold outside (0, 1] and for `maxChars` that is no positive integer.
 *
 * ```ts
 * const detector = createDetector()
 * detector.check('What is the capital of France?') // true
 * detector.scan('Ignore all previous instructions').threats[0].rule // 'injection/override'
 * ```
 */
export function createDetector(options: DetectorOptions = {}): Detector {
  const { threshold = DEFAULT_THRESHOLD, maxChars = DEFAULT_MAX_CHARS } = options
  const { classifierThreshold = {} } = options
  requireShare('threshold', threshold)
  for (const [name, value] of Object.entries(classifierThreshold)) {
    requireShare(`classifierThreshold.${name}`, value)
  }
  if (!Number.isInteger(maxChars) || maxChars < 1) {
    throw new RangeError(`maxChars must be a positive integer, got ${maxChars}`)
  }
  const classifier =
    options.classifier === false ? undefined : (options.classifier ?? createInjectionClassifier())
  const injection = options.injection ?? createInjectionInspector()
  const pii = options.pii === false ? undefined : (options.pii ?? createPatternInspector())
  const counts = { checks: 0, scans: 0, quickScans: 0, unsafe: 0, chars: 0 }

  function classify(text: string, provenance: Provenance): { score: number; finding: Match | undefined } {
    let best = { score: 0, start: 0, end: 0 }
    const session = classifier!.open((score, start, end) => {
      if (score > best.score) best = { score, start, end }
    })
    session.push(text)
    session.end()
    const { score, start, end } = best
    const enough = Math.max(thresholdOf(classifier!, provenance, classifierThreshold), options.threshold ?? 0)
    if (score < enough || end <= start) return { score, finding: undefined }
    const confidence = Math.max(score, MIN_CONFIDENCE)
    const finding: Match = {
      rule: CLASSIFIER_RULE,
      category: 'injection',
      severity: 'high',
      confidence,
      start,
      end,
      via: [],
    }
    return { score, finding }
  }

  /** What the memory says; nothing about a text that is longer than what is read. */
  function remember(
    text: string,
    provenance: Provenance,
    exact: boolean,
  ): { learned?: Match; excuse?: string } {
    const known = text.length > maxChars ? undefined : options.memory?.recall(text, { provenance, exact })
    if (known === undefined) return {}
    if (known.verdict === 'harmless') return { excuse: known.id }
    const learned: Match = {
      rule: LEARNED_RULE,
      category: 'injection',
      severity: 'high',
      confidence: known.similarity,
      start: 0,
      end: text.length,
      via: [],
      entry: known.id,
    }
    return { learned }
  }

  function read(text: string, { provenance = 'user' }: DetectionContext, quick: boolean): DetectionReport {
    const head = text.length > maxChars ? text.slice(0, maxChars) : text
    const { findings, undecided } = quick ? injection.quickScan(head) : injection.scan(head)
    const verdict = quick || classifier === undefined ? undefined : classify(head, provenance)
    const { learned, excuse } = remember(text, provenance, quick)
    const matches: Match[] = learned === undefined ? [...findings] : [...findings, learned]
    const counted = matches.filter(
      ({ category, confidence }) => isThreat(category) && confidence >= threshold,
    )
    if (verdict?.finding !== undefined) counted.push(verdict.finding)
    const isExcused = (match: Match): boolean => excuse !== undefined && inSight(match)
    const threats = mergeByRule(counted.filter((match) => !isExcused(match)))
    const excused = mergeByRule(counted.filter(isExcused))
    const incomplete = head.length < text.length || undecided.length > 0
    const safe = threats.length === 0 && !incomplete
    counts.chars += head.length
    if (!safe) counts.unsafe += 1
    return {
      safe,
      incomplete,
      threats,
      ...(verdict !== undefined && { score: verdict.score }),
      ...(!quick && pii !== undefined && { pii: pii.scan(head) }),
      ...(excused.length > 0 && { excused: { entry: excuse!, threats: excused } }),
    }
  }

  return {
    check(text, context = {}) {
      counts.checks += 1
      return read(text, context, false).safe
    },
    scan(text, context = {}) {
      counts.scans += 1
      return read(text, context, false)
    },
    quickScan(text, context = {}) {
      counts.quickScans += 1
      return read(text, context, true)
    },
    stats: () => ({ ...counts }),
  }
}
