import { type Clock, type Provenance, systemClock } from '@midstream/core'
import { createTextEmbedder, type TextEmbedder } from './embedder.ts'
import { textDigest } from './text-digest.ts'
import { createVectorMemory } from './vector-memory.ts'

/** What somebody confirmed about a text. */
export type TextVerdict = 'attack' | 'harmless'

export interface DetectionMemoryOptions {
  /** Most attacks, and most harmless texts, that are remembered; one more drops the oldest. @default 1000 */
  readonly capacity?: number
  /**
   * Cosine from which a text of up to 600 code units is nearly a remembered attack, in (0, 1]. The embedding is
   * lexical: at 0.9 one word more or less is near in texts of 200 characters, mostly in those of 60; a paraphrase
   * is not.
   * @default 0.9
   */
  readonly threshold?: number
  /** How long a verdict holds, in milliseconds. @default 2592000000 (30 days) */
  readonly ttlMs?: number
  /** @default the system's */
  readonly clock?: Clock
  /** @default createTextEmbedder() */
  readonly embedder?: TextEmbedder
}

export interface LearnContext {
  /** Who wrote the text. @default user */
  readonly provenance?: Provenance
}

export interface RecallOptions extends LearnContext {
  /** Look for the text itself only, not for near ones. @default false */
  readonly exact?: boolean
}

/** A remembered verdict that bears on a text. */
export interface Recollection {
  /** For `forget`. */
  readonly id: string
  readonly verdict: TextVerdict
  /** 1 for the text itself, else the cosine, in (0, 1]. */
  readonly similarity: number
}

/** Confirmed verdicts on texts. Keeps digests and vectors, never a text. */
export interface DetectionMemory {
  /** Verdicts that hold now. */
  readonly size: number
  /**
   * Remembers what a person, or something as reliable, confirmed. The last word on a text of a provenance counts.
   * An attack is known again from every author, also when nearly the same; a harmless text from the same
   * provenance only, and only when it is the same to the code unit. Returns the entry's id. Throws RangeError for
   * an empty text, an unknown verdict or provenance.
   */
  learn(text: string, verdict: TextVerdict, context?: LearnContext): string
  /**
   * Learns from a confirmed outcome of a report on `text`: an inaccurate report teaches the opposite, an accurate
   * one that the text is an attack. Accurate and safe teaches nothing and returns undefined: a missed attack that
   * somebody nodded through would be excused when a pattern for it arrives. Throws RangeError for a report that
   * is neither safe nor names a threat: it made no claim.
   */
  feedback(
    text: string,
    report: { readonly safe: boolean; readonly threats: readonly unknown[] },
    outcome: 'accurate' | 'inaccurate',
    context?: LearnContext,
  ): string | undefined
  /** What is remembered about a text. O(text), and for one of up to 600 code units O(attacks) more. */
  recall(text: string, options?: RecallOptions): Recollection | undefined
  /** Takes a verdict back. True when there was one. */
  forget(id: string): boolean
}

const DEFAULT_CAPACITY = 1000
const DEFAULT_THRESHOLD = 0.9
const DEFAULT_TTL_MS = 30 * 24 * 60 * 60 * 1000
/** Of a longer text the vector tells what it is about, not which instruction somebody planted in it. */
const MAX_NEAR_CHARS = 600

const PROVENANCES: readonly Provenance[] = ['user', 'operator', 'model', 'tool']

function requireOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw new RangeError(`${name} must be ${allowed.join(' or ')}, got ${value}`)
}

/**
 * Makes an empty memory for `createDetector({ memory })`. What a poisoned one could do, and why harmless verdicts
 * are so narrow: docs/decisions/0024-learned-verdicts.md. Throws RangeError for a capacity that is no positive
 * integer, a threshold outside (0, 1] and a lifetime that is not positive.
 */
export function createDetectionMemory(options: DetectionMemoryOptions = {}): DetectionMemory {
  const { capacity = DEFAULT_CAPACITY, threshold = DEFAULT_THRESHOLD, ttlMs = DEFAULT_TTL_MS } = options
  const { clock = systemClock, embedder = createTextEmbedder() } = options
  if (!(threshold > 0 && threshold <= 1)) {
    throw new RangeError(`threshold must be in (0, 1], got ${threshold}`)
  }
  const attacks = createVectorMemory({ dimensions: embedder.dimensions, capacity, ttlMs, clock })
  /** Id and wall time of expiry, oldest first. */
  const harmless = new Map<string, number>()

  function isHarmless(id: string): boolean {
    const expires = harmless.get(id)
    if (expires === undefined) return false
    if (expires > clock.wallTime()) return true
    harmless.delete(id)
    return false
  }

  function learn(text: string, verdict: TextVerdict, { provenance = 'user' }: LearnContext = {}): string {
    requireOneOf('verdict', verdict, ['attack', 'harmless'])
    requireOneOf('provenance', provenance, PROVENANCES)
    if (text === '') throw new RangeError('an empty text has no verdict')
    const digest = textDigest(text)
    const id = `${verdict}:${provenance}:${digest}`
    if (verdict === 'attack') {
      harmless.delete(`harmless:${provenance}:${digest}`)
      // Zeros are near nothing: a long text is known again by its id.
      const near = text.length <= MAX_NEAR_CHARS
      attacks.add(id, near ? embedder.embed(text) : new Float32Array(embedder.dimensions))
    } else {
      attacks.remove(`attack:${provenance}:${digest}`)
      harmless.delete(id)
      if (harmless.size >= capacity) harmless.delete(harmless.keys().next().value!)
      harmless.set(id, clock.wallTime() + ttlMs)
    }
    return id
  }

  return {
    get size() {
      for (const id of [...harmless.keys()]) isHarmless(id)
      return attacks.size + harmless.size
    },
    learn,
    feedback(text, { safe, threats }, outcome, context) {
      requireOneOf('outcome', outcome, ['accurate', 'inaccurate'])
      if (!safe && threats.length === 0) throw new RangeError('an undecided report is neither; use learn')
      if (safe) return outcome === 'accurate' ? undefined : learn(text, 'attack', context)
      return learn(text, outcome === 'accurate' ? 'attack' : 'harmless', context)
    },
    recall(text, { provenance = 'user', exact = false } = {}) {
      if (attacks.size === 0 && harmless.size === 0) return undefined
      const digest = textDigest(text)
      const excuse = `harmless:${provenance}:${digest}`
      if (isHarmless(excuse)) return { id: excuse, verdict: 'harmless', similarity: 1 }
      for (const author of PROVENANCES) {
        const id = `attack:${author}:${digest}`
        if (attacks.has(id)) return { id, verdict: 'attack', similarity: 1 }
      }
      if (exact || text.length > MAX_NEAR_CHARS) return undefined
      const [nearest] = attacks.search(embedder.embed(text), { k: 1, threshold })
      if (nearest === undefined) return undefined
      return { id: nearest.id, verdict: 'attack', similarity: Math.min(nearest.score, 1) }
    },
    forget: (id) => attacks.remove(id) || (isHarmless(id) && harmless.delete(id)),
  }
}
