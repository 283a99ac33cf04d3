/**
 * A text that was decoded out of another one: where each of its code units came from. Spans that are no longer
 * needed are forgotten.
 */
export interface DecodedText {
  /** Takes a byte of UTF-8 that spans `start` to `end` in the source. */
  byte(value: number, start: number, end: number): void
  /** Takes what was decoded since the last call. */
  take(): string
  sourceStart(offset: number): number
  /** Source end of the unit before `offset`. */
  sourceEnd(offset: number): number
  /** First source offset of anything at or after `offset`, or `otherwise` when there is nothing yet. */
  sourceFrom(offset: number, otherwise: number): number
  forgetBefore(offset: number): void
}

/** Spans that may be stale before the lists are cut. */
const STALE = 1024

export function createDecodedText(): DecodedText {
  let starts: number[] = []
  let ends: number[] = []
  let base = 0
  let fresh = ''
  let codePoint = 0
  let missing = 0
  let sequenceStart = -1

  return {
    byte(value, start, end) {
      if (missing > 0) {
        codePoint = (codePoint << 6) | (value & 0x3f)
        missing -= 1
      } else if (value >= 0xc0) {
        missing = value >= 0xf0 ? 3 : value >= 0xe0 ? 2 : 1
        codePoint = value & (0x3f >> missing)
        sequenceStart = start
      } else {
        codePoint = value
        sequenceStart = start
      }
      if (missing > 0) return
      const char = String.fromCodePoint(codePoint <= 0x10ffff ? codePoint : 0xfffd)
      for (let i = 0; i < char.length; i += 1) {
        starts.push(sequenceStart)
        ends.push(end)
      }
      fresh += char
      sequenceStart = -1
    },
    take() {
      const text = fresh
      fresh = ''
      return text
    },
    sourceStart: (offset) => starts[offset - base]!,
    sourceEnd: (offset) => ends[offset - 1 - base]!,
    sourceFrom(offset, otherwise) {
      const start = starts[offset - base]
      if (start !== undefined) return start
      return sequenceStart >= 0 ? Math.min(sequenceStart, otherwise) : otherwise
    },
    forgetBefore(offset) {
      if (offset - base < STALE) return
      starts = starts.slice(offset - base)
      ends = ends.slice(offset - base)
      base = offset
    },
  }
}
