// The file of a trained model: a line that says what it is, the length of a JSON head, the head, and one byte for
// each weight.
import { MidstreamError, type Provenance } from '@midstream/core'
import { isNumbers, isRecord, isSize, readHead } from './headed-file.ts'

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

/** More would be a window longer than any text that is held. */
const MAX_BLOCKS = 65_536
const RATES: readonly (keyof Thresholds)[] = ['0.005', '0.01', '0.05']

/** What is wrong with a head, or undefined. A number that is missing would make scores NaN: nothing would be found. */
function headProblem(head: Readonly<Record<string, unknown>>): string | undefined {
  const { format, bits, shortBlocks, longBlocks, smoothing, biases, step, calibration, thresholds } = head
  if (format !== 1) return `format ${String(format)} is not known`
  if (!isSize(bits) || bits > 30) return 'bits must be 1 to 30'
  if (!isSize(shortBlocks) || !isSize(longBlocks) || shortBlocks > longBlocks || longBlocks > MAX_BLOCKS) {
    return `shortBlocks and longBlocks must be 1 to ${MAX_BLOCKS}, in this order`
  }
  if (!isNumbers([smoothing, step], 2) || !((smoothing as number) > 0)) {
    return 'smoothing and step must be numbers, smoothing above 0'
  }
  if (!isNumbers(biases, 2)) return 'biases must be two numbers'
  if (!isRecord(calibration) || !isNumbers([calibration['scale'], calibration['offset']], 2)) {
    return 'calibration must have scale and offset'
  }
  for (const author of ['user', 'operator', 'model', 'tool']) {
    const own = isRecord(thresholds) ? thresholds[author] : undefined
    const values = RATES.map((rate) => (isRecord(own) ? own[rate] : undefined))
    if (!isNumbers(values, RATES.length)) return `thresholds.${author} must have ${RATES.join(', ')}`
  }
  return undefined
}

/**
 * Reads a model file. Throws MODEL_INVALID when the bytes are no model, stop short, or have a head that is damaged.
 * Weights have no checksum: every byte is one.
 */
export function decodeModel(bytes: Uint8Array): InjectionModel {
  const invalid = (why: string): MidstreamError =>
    new MidstreamError('MODEL_INVALID', `injection model: ${why}`)
  const { head, end } = readHead(bytes, MAGIC, invalid)
  const problem = headProblem(head)
  if (problem !== undefined) throw invalid(problem)
  const checked = head as unknown as ModelHead
  const weights = new Int8Array(bytes.buffer, bytes.byteOffset + end, bytes.length - end)
  if (weights.length !== 2 ** checked.bits) {
    throw invalid(`${weights.length} weights for ${checked.bits} bits`)
  }
  return { ...checked, weights }
}
