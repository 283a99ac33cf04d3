/** Where a reader of invisible characters leaves what they spell. */
export interface HiddenTextSink {
  open(): void
  /** A character that was spelled, with the span of the invisible one. */
  char(value: number, start: number, end: number): void
  /** The run of `length` invisible characters is over. */
  close(start: number, end: number, length: number): void
  /** A character that turns the direction of what follows it. */
  override(start: number, end: number): void
}

/** Longest run in one piece; a longer one is several. */
const MAX_RUN_UNITS = 2048
const TAG_HIGH = 0xdb40

/**
 * Reads text that is written in characters that show as nothing: tags (U+E0000–E007F mirror ASCII) and
 * variation selectors (256 of them: a byte each).
 */
export function createHiddenTextReader(sink: HiddenTextSink): {
  push(text: string, from: number, to: number, position: number): void
  end(): void
  pendingFrom(otherwise: number): number
} {
  let high = false
  let highAt = 0
  let runStart = -1
  let runEnd = 0
  let runLength = 0

  function finish(): void {
    if (runStart >= 0) sink.close(runStart, runEnd, runLength)
    runStart = -1
    runLength = 0
  }

  function spelled(value: number, start: number, end: number): void {
    if (runStart >= 0 && end - runStart > MAX_RUN_UNITS) finish()
    if (runStart < 0) {
      runStart = start
      sink.open()
    }
    runEnd = end
    runLength += 1
    if (value >= 0 && value < 0x80) sink.char(value, start, end)
  }

  function readHigh(unit: number, at: number): boolean {
    if (unit >= 0xdc00 && unit < 0xdc80) {
      spelled(unit - 0xdc00, highAt, at + 1)
      return true
    }
    if (unit >= 0xdd00 && unit < 0xddf0) {
      spelled(unit - 0xdd00 + 16, highAt, at + 1)
      return true
    }
    return false
  }

  return {
    push(text, from, to, position) {
      const shift = position - from
      for (let i = from; i < to; i += 1) {
        const unit = text.charCodeAt(i)
        // Nothing below U+202D is of interest, and most text is below.
        if (unit < 0x202d && runStart < 0) {
          high = false
          continue
        }
        const at = i + shift
        if (high) {
          high = false
          if (readHigh(unit, at)) continue
        }
        if (unit === TAG_HIGH) {
          high = true
          highAt = at
          continue
        }
        if (unit >= 0xfe00 && unit < 0xfe10) {
          spelled(unit - 0xfe00, at, at + 1)
          continue
        }
        finish()
        if (unit === 0x202d || unit === 0x202e) sink.override(at, at + 1)
      }
    },
    end: finish,
    pendingFrom: (otherwise) => (runStart >= 0 ? runStart : high ? highAt : otherwise),
  }
}
