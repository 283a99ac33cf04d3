import { MidstreamError, type Provenance } from '@midstream/core'
import { defaultInjectionModel } from '../data-files.ts'
import type { InjectionModel, ModelHead, Thresholds } from './classifier-model.ts'
import { BLOCK_CHARS, createRecency, createWindows, type Recency } from './classifier-windows.ts'
import { createFeatureStream } from './features.ts'
import type { TextClassifier } from './text-classifier.ts'

export interface InjectionClassifierOptions {
  /** @default the model of this package */
  readonly model?: InjectionModel
  /**
   * Nominal share of harmless texts that may reach the threshold. What it is on your texts, measure.
   * @default '0.01'
   */
  readonly falsePositiveRate?: keyof Thresholds
}

export interface InjectionClassifier extends TextClassifier {
  /** From which score on a text counts as an attack, by who wrote it, at `falsePositiveRate`. */
  readonly thresholds: Readonly<Record<Provenance, number>>
  /** What the model is and how it was trained. */
  readonly model: ModelHead
}

const MAX_SPARE = 64

/** Block sums are kept as integers: added and taken away again, they leave no rounding behind. */
function weightTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) => {
    const byte = (i << 24) >> 24
    return byte * Math.abs(byte)
  })
}

/**
 * A linear model over hashed n-grams and intent classes that tells planted instructions and jailbreaks from other
 * text. A text's score is that of its best window, so an attack inside a long document counts in full.
 *
 * Linear in the text; a session takes about 40 KiB. Create it once and share it. Scores depend on the text alone,
 * not on how it was cut. Throws MODEL_INVALID when the model file is damaged, RangeError for a rate without thresholds.
 */
export function createInjectionClassifier(options: InjectionClassifierOptions = {}): InjectionClassifier {
  const model = options.model ?? defaultInjectionModel()
  const rate = options.falsePositiveRate ?? '0.01'
  // Without a threshold of its own it would silently report at 0.5.
  if (!Object.hasOwn(model.thresholds.user, rate)) {
    throw new RangeError(
      `falsePositiveRate must be ${Object.keys(model.thresholds.user).join(' or ')}, got ${rate}`,
    )
  }
  const { weights, ...head } = model
  const { calibration, step, longBlocks } = head
  const mask = weights.length - 1
  const table = weightTable()
  const shape = { ...head, unit: step / 127 }

  // It costs more to make than a short text to read, so it is used again.
  const spare: Recency[] = []
  const unused: object[] = []

  function calibrated(raw: number): number {
    return 1 / (1 + Math.exp(-(calibration.scale * raw + calibration.offset)))
  }

  function openSession(sink: (score: number, start: number, end: number) => void): {
    push(text: string): number
    end(): void
  } {
    const stream = createFeatureStream()
    const recency = spare.pop() ?? createRecency()
    const windows = createWindows(shape)
    let position = 0
    let blocks = 0
    let sum = 0
    let count = 0
    let ended = false

    function take(left: number, at: number): void {
      const { hashes } = stream
      for (let k = 0; k < left; k++) {
        const hash = hashes[k]!
        if (!recency.isNew(hash, at)) continue
        sum += table[weights[hash & mask]! & 255]!
        count++
      }
    }

    function closeBlock(): void {
      windows.add(sum, count)
      blocks++
      sum = 0
      count = 0
      sink(calibrated(windows.score), (blocks - windows.blocks) * BLOCK_CHARS, position)
    }

    return {
      push(text) {
        // What it works on may serve another session by now.
        if (ended) throw new MidstreamError('SESSION_ENDED', 'push after the end of the text')
        for (let i = 0; i < text.length; i++) {
          take(stream.step(text.charCodeAt(i)), position)
          position++
          if (position % BLOCK_CHARS === 0) closeBlock()
        }
        return Math.max(0, (blocks + 1 - longBlocks) * BLOCK_CHARS)
      },
      end() {
        if (ended) return
        ended = true
        take(stream.finish(), position)
        // The last word of a text that fills its last block has no block to stand in: it opens one.
        if (position % BLOCK_CHARS !== 0 || count > 0 || position === 0) closeBlock()
        recency.reset(position)
        if (spare.length < MAX_SPARE) spare.push(recency)
      },
    }
  }

  function open(sink: (score: number, start: number, end: number) => void): ReturnType<typeof openSession> {
    // When the last session is collected V8 drops the code that it has compiled for sessions: this one keeps it.
    if (unused.length === 0) unused.push(openSession(() => {}))
    return openSession(sink)
  }

  return {
    id: 'injection-model',
    model: head,
    thresholds: {
      user: head.thresholds.user[rate],
      operator: head.thresholds.operator[rate],
      model: head.thresholds.model[rate],
      tool: head.thresholds.tool[rate],
    },
    open,
    score(text) {
      let best = 0
      const session = open((score) => {
        if (score > best) best = score
      })
      session.push(text)
      session.end()
      return best
    },
  }
}
