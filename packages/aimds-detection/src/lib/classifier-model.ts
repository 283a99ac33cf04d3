// The file of a trained model: a line that says what it is, the length of a JSON head, the head, and one byte for
// each weight.
import { MidstreamError, type Provenance } from '@midstream/core'

/** Score thresholds of one provenance by nominal false-positive rate. */
export interface Thresholds {
  readonly '0.005': number
  readonly '0.01': number
  readonly '0.05': number
}

/** What the head of a model file says. */
export interface ModelHead {
  readonly format: 1
  /** Buckets of the hashing trick: 2^bits. */
  readonly bits: number
  readonly shortBlocks: number
  readonly longBlocks: number
  /** Added to the number of features of a window before its root is taken. */
  readonly smoothing: number
  /** Added to the score of a short and of a long window. */
  readonly biases: readonly [number, number]
  /** Weight of a byte b: step · b · |b| / 127, finer near zero, where most weights are. */
  readonly step: number
  /** Score = 1 / (1 + e^-(scale · raw + offset)). */
  readonly calibration: { readonly scale: number; readonly offset: number }
  readonly thresholds: Readonly<Record<Provenance, Thresholds>>
  /** How it came about: data, seed, date, settings, measured quality. */
  readonly training: Readonly<Record<string, unknown>>
}

export interface InjectionModel extends ModelHead {
  readonly weights: Int8Array
}

const MAGIC = 'midstream-injection-model\n'

/** Writes a model file. The same model gives the same bytes. */
export function encodeModel({ weights, ...head }: InjectionModel): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head))
  const start = MAGIC.length + 4 + text.length
  const bytes = new Uint8Array(start + weights.length)
  bytes.set(new TextEncoder().encode(MAGIC))
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length)
  bytes.set(text, MAGIC.length + 4)
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.length), start)
  return bytes
}

/** Reads a model file. Throws MODEL_INVALID when the bytes are no model or stop short. */
export function decodeModel(bytes: Uint8Array): InjectionModel {
  const invalid = (why: string): MidstreamError =>
    new MidstreamError('MODEL_INVALID', `injection model: ${why}`)
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length))
  if (magic !== MAGIC || bytes.length < MAGIC.length + 4) throw invalid('the bytes are not a model file')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const start = MAGIC.length + 4 + view.getUint32(MAGIC.length)
  if (start > bytes.length) throw invalid('the head stops short')
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(MAGIC.length + 4, start))) as ModelHead
  if (head.format !== 1) throw invalid(`format ${String(head.format)} is not known`)
  const weights = new Int8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
  if (weights.length !== 1 << head.bits) throw invalid(`${weights.length} weights for ${head.bits} bits`)
  return { ...head, weights }
}
