/** What a reader of encoded runs hands on. Offsets count code units of the text that holds the run. */
export interface BlobSink {
  /** Enough of the run is text to be sure: what follows belongs to it. Returns false to skip the run. */
  open(start: number, position: number): boolean
  /** A decoded byte, with the span of the characters that hold its bits. */
  byte(value: number, start: number, end: number): void
  /** The run is over. */
  close(): void
}

export interface BlobReader {
  push(text: string, from: number, to: number, position: number): void
  end(): void
  /** First offset that a later `open` or `byte` can start at, or `otherwise` when nothing is undecided. */
  pendingFrom(otherwise: number): number
}

/** Characters of a run before it counts as encoded text (DE-02). */
const MIN_RUN_CHARS = 16

const CONTINUATION = 2
const LEAD = 3

/**
 * What a byte can be in a text: 0 nothing, 1 a character (printable ASCII, blanks and line ends, NUL as in UTF-16),
 * 2 a continuation, and from 3 on the lead of a UTF-8 sequence with so many continuations less two. Anything else
 * is an image, a hash or a word that only looks like an encoding.
 */
const byteKinds = /* @__PURE__ */ byteTable()

function byteTable(): Uint8Array {
  const table = new Uint8Array(256)
  for (let byte = 0x20; byte < 0x7f; byte += 1) table[byte] = 1
  for (const byte of [0, 9, 10, 13]) table[byte] = 1
  table.fill(CONTINUATION, 0x80, 0xc0)
  table.fill(LEAD, 0xc2, 0xe0)
  table.fill(LEAD + 1, 0xe0, 0xf0)
  table.fill(LEAD + 2, 0xf0, 0xf5)
  return table
}

/** The shape of an encoding whose characters each carry the same number of bits. */
export interface Alphabet {
  readonly name: 'base64' | 'hex'
  /** 1 for values that the first character of a text can have. */
  readonly heads: Uint8Array
  /** Value of an ASCII character, or -1. */
  readonly values: Int8Array
  readonly bits: number
  /** Whether a character may stand inside a run without meaning. */
  skips(unit: number, runLength: number, lineLength: number): boolean
}

function valueTable(characters: readonly string[]): Int8Array {
  const table = new Int8Array(128).fill(-1)
  for (const alphabet of characters) {
    for (let i = 0; i < alphabet.length; i += 1) table[alphabet.charCodeAt(i)] = i
  }
  return table
}

function headTable(bits: number): Uint8Array {
  const table = new Uint8Array(1 << bits)
  for (const [byte, kind] of byteKinds.entries()) {
    if (kind !== 0 && kind !== CONTINUATION) table[byte >> (8 - bits)] = 1
  }
  return table
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGITS = '0123456789'
/** Shortest line of a wrapped base64 text. */
const MIN_LINE_CHARS = 60

export const BASE64: Alphabet = {
  name: 'base64',
  heads: /* @__PURE__ */ headTable(6),
  values: /* @__PURE__ */ valueTable([
    `${LETTERS}${LETTERS.toLowerCase()}${DIGITS}+/`,
    `${LETTERS}${LETTERS.toLowerCase()}${DIGITS}-_`,
  ]),
  bits: 6,
  skips: (unit, runLength, lineLength) =>
    (unit === 0x0a || unit === 0x0d) &&
    runLength % 4 === 0 &&
    (lineLength === 0 || lineLength >= MIN_LINE_CHARS),
}

export const HEX: Alphabet = {
  name: 'hex',
  heads: /* @__PURE__ */ headTable(4),
  values: /* @__PURE__ */ valueTable([`${DIGITS}abcdef`, `${DIGITS}ABCDEF`]),
  bits: 4,
  skips: (unit, runLength, lineLength) =>
    (unit === 0x20 || unit === 0x3a || unit === 0x2d) && runLength % 2 === 0 && lineLength > 0,
}

/** Characters that are kept while trials move on; a trial has sixteen at most. */
const TRIAL_SLOTS = 64

/**
 * Finds runs of an alphabet that decode to text and decodes them while they arrive. A trial ends at the first byte
 * that is no text, for words mostly at the second or third character; the next one begins a character later, so that
 * text behind a binary head or glued to a word is found too. O(n): a trial reads at most sixteen characters.
 */
export function createBlobReader(alphabet: Alphabet, sink: BlobSink): BlobReader {
  const { values, heads, bits } = alphabet
  // 'idle': no trial is under way; 'open': handed on; 'skipped': in a run that the sink did not want.
  let state: 'idle' | 'trial' | 'open' | 'skipped' = 'idle'
  let runLength = 0
  let lineLength = 0
  let accumulator = 0
  let held = 0
  let byteStart = 0
  // Continuations that the UTF-8 sequence under way still needs.
  let missing = 0
  // The characters of a trial, from `first` on, and the bytes that they gave so far.
  const trialValues = new Uint8Array(TRIAL_SLOTS)
  const trialAt = new Int32Array(TRIAL_SLOTS)
  let first = 0
  let count = 0
  const bytes = new Uint8Array(MIN_RUN_CHARS)
  const starts = new Int32Array(MIN_RUN_CHARS)
  const ends = new Int32Array(MIN_RUN_CHARS)

  function finish(): void {
    if (state === 'open') sink.close()
    state = 'idle'
  }

  function reset(): void {
    runLength = 0
    lineLength = 0
    held = 0
    accumulator = 0
    missing = 0
    count = 0
  }

  /** Takes one character. False: it completes a byte that is no text. */
  function step(value: number, at: number): boolean {
    runLength += 1
    lineLength += 1
    if (held === 0) byteStart = at
    accumulator = ((accumulator << bits) | value) & 0xffff
    held += bits
    if (held < 8) return true
    held -= 8
    const byte = (accumulator >> held) & 0xff
    const kind = byteKinds[byte]!
    if (missing > 0) {
      if (kind !== CONTINUATION) return false
      missing -= 1
    } else if (kind >= LEAD) missing = kind - LEAD + 1
    else if (kind !== 1) return false
    if (state === 'open') sink.byte(byte, byteStart, at + 1)
    else {
      bytes[count] = byte
      starts[count] = byteStart
      ends[count] = at + 1
      count += 1
    }
    // The rest of this character's bits begins the next byte.
    byteStart = at
    return true
  }

  /** The trial failed at its last character: the longest rest of it that may still be text goes on. */
  function retry(): void {
    const last = first + runLength
    for (first += 1; first < last; first += 1) {
      if (heads[trialValues[first]!] === 0) continue
      reset()
      let fits = true
      for (let i = first; i < last && fits; i += 1) fits = step(trialValues[i]!, trialAt[i]!)
      if (fits) return
    }
    state = 'idle'
  }

  function commit(position: number): void {
    if (!sink.open(trialAt[first]!, position)) {
      state = 'skipped'
      return
    }
    state = 'open'
    for (let i = 0; i < count; i += 1) sink.byte(bytes[i]!, starts[i]!, ends[i]!)
  }

  function keep(value: number, at: number): void {
    if (first + runLength === TRIAL_SLOTS) {
      trialValues.copyWithin(0, first)
      trialAt.copyWithin(0, first)
      first = 0
    }
    trialValues[first + runLength] = value
    trialAt[first + runLength] = at
  }

  function take(value: number, at: number): void {
    if (state === 'open') {
      if (step(value, at)) return
      sink.close()
      state = 'idle'
    }
    if (state === 'idle') {
      if (heads[value] === 0) return
      state = 'trial'
      first = 0
      reset()
    }
    keep(value, at)
    if (!step(value, at)) retry()
    else if (runLength >= MIN_RUN_CHARS) commit(at + 1)
  }

  return {
    push(text, from, to, position) {
      const shift = position - from
      for (let i = from; i < to; i += 1) {
        const unit = text.charCodeAt(i)
        const value = unit < 128 ? values[unit]! : -1
        if (value < 0) {
          if (state === 'trial' || state === 'open') {
            if (alphabet.skips(unit, runLength, lineLength)) lineLength = 0
            else finish()
          } else state = 'idle'
        } else if (state === 'idle' ? heads[value] !== 0 : state !== 'skipped') take(value, i + shift)
      }
    },
    end: finish,
    pendingFrom(otherwise) {
      if (state === 'trial') return Math.min(trialAt[first]!, otherwise)
      return state === 'open' && held > 0 ? Math.min(byteStart, otherwise) : otherwise
    },
  }
}
