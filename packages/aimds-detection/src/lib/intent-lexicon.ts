// Words that carry the intents injections are made of, in some twenty languages, grouped into classes. The
// classifier sees the classes beside the words, so what it learns from one language or wording holds for others.
// A word may have several classes. `*` after a stem stands for any ending. Terms of Han and kana are two to
// four characters and match inside running text.
import { fold } from './features-fold.ts'
import { INTENT_TERMS } from './intent-terms.ts'

export type IntentClass = number

/** No stem is longer. Longer words can only match as a whole. */
export const MAX_TERM_CHARS = 14

const SEED = 0x1234567

/** Class ids are the positions in the list of terms. */
export const INTENT_NAMES: readonly string[] = Object.keys(INTENT_TERMS)
export const NEGATION: IntentClass = INTENT_NAMES.indexOf('negation')

const SLOTS = 1 << 13
const hashes = new Int32Array(SLOTS)
const masks = new Int32Array(SLOTS)

/** The hash of up to four code units of a term, as the feature stream makes it. Zeros are left out. */
export function termHash(a: number, b: number, c: number, d: number): number {
  let hash = SEED
  if (a !== 0) hash = Math.imul(hash ^ a, 0x01000193)
  if (b !== 0) hash = Math.imul(hash ^ b, 0x01000193)
  if (c !== 0) hash = Math.imul(hash ^ c, 0x01000193)
  if (d !== 0) hash = Math.imul(hash ^ d, 0x01000193)
  return hash
}

/** Whole words and stems live in one table: the hash of a whole word is changed so that they stay apart. */
function keyOf(hash: number, whole: boolean): number {
  return whole ? ~hash : hash
}

function slotOf(key: number): number {
  let slot = (key ^ (key >>> 15)) & (SLOTS - 1)
  while (masks[slot] !== 0 && hashes[slot] !== key) slot = (slot + 1) & (SLOTS - 1)
  return slot
}

for (const [id, terms] of Object.values(INTENT_TERMS).entries()) {
  for (const term of terms.split(/\s+/)) {
    if (term === '') continue
    let hash = SEED
    let ideographs = false
    for (let i = 0; i < term.length; i++) {
      const unit = fold(term.charCodeAt(i))
      if (unit === 0x2a || unit === 0x27) continue
      if (unit >= 0x3040 && unit < 0xa000) ideographs = true
      hash = Math.imul(hash ^ unit, 0x01000193)
    }
    const key = keyOf(hash, !term.endsWith('*') && !ideographs)
    const slot = slotOf(key)
    hashes[slot] = key
    masks[slot] = masks[slot]! | (1 << id)
  }
}

/** The classes of a word or stem as a bit set; 0 when it has none. */
export function classOfHash(hash: number, whole: boolean): number {
  return masks[slotOf(keyOf(hash, whole))]!
}
