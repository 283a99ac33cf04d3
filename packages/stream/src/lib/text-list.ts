import { MidstreamError } from '@midstream/core'
import type { KeptText, TextRef } from './protocol.ts'

/**
 * Texts that one event, answer or request may have. Each is inspected on its own, which costs far more than its
 * characters when it is short: without a bound a mebibyte of them would stop every other stream for seconds. Token
 * probabilities are one text, however many tokens they have.
 */
const BOUNDS = {
  EVENT_TOO_LARGE: { what: 'an event', limit: 16_384 },
  STREAM_TOO_LARGE: { what: 'the answer', limit: 32_768 },
  REQUEST_TOO_LARGE: { what: 'the request', limit: 32_768 },
}

/** Keys on the way to all texts together: a deep place costs its depth for each text in it. */
const MAX_STEPS = 1_048_576

/** The texts of one event, body or request, in order. */
export interface TextList {
  readonly refs: TextRef[]
  /** Throws for more texts, or deeper ones, than anything that is meant has. */
  add(ref: TextRef): void
}

/** @param error what `add` throws for one text too many; it says what has them. */
export function createTextList(
  error: 'EVENT_TOO_LARGE' | 'STREAM_TOO_LARGE' | 'REQUEST_TOO_LARGE',
): TextList {
  const refs: TextRef[] = []
  let steps = 0
  return {
    refs,
    add(ref) {
      const { what, limit } = BOUNDS[error]
      steps += ref.path.length
      if (refs.length === limit || steps > MAX_STEPS) {
        throw new MidstreamError(error, `${what} has more than ${limit} texts`, { details: { limit } })
      }
      refs.push(ref)
    },
  }
}

/** The texts in each element of the list `field` of a body, by its place. */
export function keptByPlace(
  kept: readonly KeptText[],
  field: string,
): ReadonlyMap<string | number | undefined, readonly KeptText[]> {
  const places = new Map<string | number | undefined, KeptText[]>()
  for (const text of kept) {
    const [holder, place] = text.ref.path
    if (holder !== field) continue
    const own = places.get(place)
    if (own === undefined) places.set(place, [text])
    else own.push(text)
  }
  return places
}
