import type { Matcher } from '@midstream/matcher'
import { type Alphabet, BASE64, type BlobReader, createBlobReader, HEX } from './blob-reader.ts'
import { createDecodedText } from './decoded-text.ts'
import { createHiddenTextReader } from './hidden-text-reader.ts'
import { openMatchLane } from './match-lane.ts'
import { createNormalizer } from './normalize.ts'
import { createSqueezer } from './squeeze.ts'
import { createUnitBuffer } from './unit-buffer.ts'

/** How the text of a finding was hidden: outermost layer first. */
export type Disguise = 'base64' | 'hex' | 'hidden' | 'escape' | 'squeezed'

/** Compiled patterns and bounds that scans share. */
export interface ScanEngine {
  /** Patterns over the normalised text. */
  readonly plain: Matcher
  /** Patterns over the squeezed text. Undefined: that lane does not run. */
  readonly squeezed: Matcher | undefined
  /** Layers of encoding that are opened. 0: none. */
  readonly maxDepth: number
  /** Bytes that the runs of one encoding in a text may decode to; what is nested in them comes on top. */
  readonly maxDecodedBytes: number
}

export interface ScanSink {
  /** A match of pattern `pattern` of the plain or the squeezed matcher. */
  match(
    lane: 'plain' | 'squeezed',
    pattern: number,
    start: number,
    end: number,
    via: readonly Disguise[],
  ): void
  /** Characters that show as nothing but spell something. */
  hidden(start: number, end: number, via: readonly Disguise[]): void
  override(start: number, end: number, via: readonly Disguise[]): void
  /** Encoded text that was not opened because a bound was reached. */
  undecided(bound: 'depth' | 'budget', start: number, end: number): void
}

/** One text under inspection. Reports come unsorted, but never start before what was cleared. */
export interface TextScan {
  /** Reads `text` from `from` to `to`. Returns the cleared offset. */
  push(text: string, from: number, to: number): number
  end(): void
}

/** Blanks or invisible characters in one place across which nothing is matched. */
const MAX_GAP = 1024
/** Invisible characters in a row that spell something; the flag of a region ends with up to seven tags. */
const MIN_HIDDEN = 8
const SLICE = 512

// Filled and read within one call, before any layer below is read, so that all scans share them. Emptied before they
// are filled: a scan that was interrupted may have left something.
const units = /* @__PURE__ */ createUnitBuffer(SLICE * 2)
const letters = /* @__PURE__ */ createUnitBuffer(SLICE * 2)

interface Layer {
  byte(value: number, start: number, end: number): void
  /** Reads on what was decoded; returns the first source offset that is not cleared, or `otherwise`. */
  advance(otherwise: number): number
  end(): void
}

export function openTextScan(engine: ScanEngine, sink: ScanSink, via: readonly Disguise[] = []): TextScan {
  const viaEscape: readonly Disguise[] = [...via, 'escape']
  const viaSqueezed: readonly Disguise[] = [...via, 'squeezed']
  let position = 0

  const normalizer = createNormalizer({ escapes: true, maxGap: MAX_GAP })
  const plain = openMatchLane(engine.plain, (pattern, start, end, escaped) =>
    sink.match('plain', pattern, start, end, escaped ? viaEscape : via),
  )
  const squeezer = createSqueezer()
  const squeezed =
    engine.squeezed &&
    openMatchLane(engine.squeezed, (pattern, start, end) =>
      sink.match('squeezed', pattern, start, end, viaSqueezed),
    )

  function openLayer(name: Disguise): Layer {
    const decoded = createDecodedText()
    let total = 0
    let cleared = 0
    const back = (start: number, end: number): [number, number] => [
      decoded.sourceStart(start),
      decoded.sourceEnd(end),
    ]
    const scan = openTextScan(
      engine,
      {
        match: (lane, pattern, start, end, inner) => sink.match(lane, pattern, ...back(start, end), inner),
        hidden: (start, end, inner) => sink.hidden(...back(start, end), inner),
        override: (start, end, inner) => sink.override(...back(start, end), inner),
        undecided: (bound, start, end) => sink.undecided(bound, ...back(start, end)),
      },
      [...via, name],
    )
    function read(): void {
      const text = decoded.take()
      if (text === '') return
      total += text.length
      cleared = scan.push(text, 0, text.length)
      decoded.forgetBefore(cleared)
    }
    return {
      byte: decoded.byte,
      advance(otherwise) {
        read()
        return decoded.sourceFrom(Math.min(cleared, total), otherwise)
      },
      end() {
        read()
        scan.end()
      },
    }
  }

  function createBlobLane(alphabet: Alphabet): { reader: BlobReader; from(o: number): number } {
    let layer: Layer | undefined
    let bytes = 0
    const reader = createBlobReader(alphabet, {
      open(start, at) {
        // Only what this encoding of this text has decoded counts, so that the bound depends on the text alone
        // and not on the order in which lanes read their slices.
        if (via.length >= engine.maxDepth || bytes >= engine.maxDecodedBytes) {
          sink.undecided(via.length >= engine.maxDepth ? 'depth' : 'budget', start, at)
          return false
        }
        layer = openLayer(alphabet.name)
        return true
      },
      byte(value, start, end) {
        bytes += 1
        layer!.byte(value, start, end)
      },
      close() {
        layer?.end()
        layer = undefined
      },
    })
    return {
      reader,
      from(otherwise) {
        const pending = reader.pendingFrom(otherwise)
        return layer === undefined ? pending : Math.min(pending, layer.advance(otherwise))
      },
    }
  }

  let hiddenLayer: Layer | undefined
  let spelled: [value: number, start: number, end: number][] = []
  const hiddenReader = createHiddenTextReader({
    open() {
      spelled = []
    },
    char(value, start, end) {
      if (hiddenLayer !== undefined) hiddenLayer.byte(value, start, end)
      else {
        spelled.push([value, start, end])
        if (spelled.length < MIN_HIDDEN || via.length >= engine.maxDepth) return
        hiddenLayer = openLayer('hidden')
        for (const [unit, from, to] of spelled) hiddenLayer.byte(unit, from, to)
      }
    },
    close(start, end, length) {
      hiddenLayer?.end()
      hiddenLayer = undefined
      spelled = []
      if (length >= MIN_HIDDEN) sink.hidden(start, end, via)
    },
    override: (start, end) => sink.override(start, end, via),
  })

  const blobs = engine.maxDepth === 0 ? [] : [createBlobLane(BASE64), createBlobLane(HEX)]

  function readUnits(): void {
    plain.push(units)
    if (squeezed !== undefined) {
      letters.length = 0
      squeezer.push(units, letters)
      squeezed.push(letters)
    }
  }

  return {
    push(text, from, to) {
      for (let at = from; at < to; at += SLICE) {
        const end = Math.min(at + SLICE, to)
        units.length = 0
        normalizer.push(text, at, end, position, units)
        readUnits()
        for (let i = 0; i < blobs.length; i += 1) blobs[i]!.reader.push(text, at, end, position)
        hiddenReader.push(text, at, end, position)
        position += end - at
      }
      const pending = normalizer.pendingFrom(position)
      let cleared = Math.min(plain.clearedFrom(pending), hiddenReader.pendingFrom(position))
      if (squeezed !== undefined) {
        cleared = Math.min(cleared, squeezed.clearedFrom(squeezer.pendingFrom(pending)))
      }
      for (let i = 0; i < blobs.length; i += 1) cleared = Math.min(cleared, blobs[i]!.from(position))
      return cleared
    },
    end() {
      units.length = 0
      normalizer.end(units)
      readUnits()
      letters.length = 0
      squeezer.end(letters)
      squeezed?.push(letters)
      plain.end()
      squeezed?.end()
      for (const { reader } of blobs) reader.end()
      hiddenReader.end()
    },
  }
}
