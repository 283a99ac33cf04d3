import { checkInteger } from './series.ts'

/** A map and its derivative. Both write to the array that they are given, which is not kept. */
export interface MapSystem {
  readonly dimension: number
  /** Writes the image of `state` to `into`. */
  next(state: Float64Array, into: Float64Array): void
  /** Writes the Jacobian at `state`, row by row, to `into`. */
  jacobian(state: Float64Array, into: Float64Array): void
}

/** A vector field and its derivative. */
export interface FlowSystem {
  readonly dimension: number
  field(state: Float64Array, into: Float64Array): void
  jacobian(state: Float64Array, into: Float64Array): void
}

/**
 * All Lyapunov exponents of a given map, greatest first, in nats per iteration: tangent vectors are carried along
 * by the Jacobian and made orthogonal at each step (QR by modified Gram–Schmidt; Benettin et al. 1980). The
 * `transient` first iterations count for nothing. Throws RangeError for an option out of range,
 * and when the orbit leaves the finite numbers.
 */
export function mapSpectrum(
  system: MapSystem,
  initial: ArrayLike<number>,
  { steps, transient = 1000 }: { readonly steps: number; readonly transient?: number },
): number[] {
  checkInteger('steps', steps, 1)
  checkInteger('transient', transient, 0)
  const n = checkedDimension(system.dimension, initial)
  let state = Float64Array.from(initial)
  let other = new Float64Array(n)
  const jacobian = new Float64Array(n * n)
  const frame = createFrame(n)
  for (let i = 0; i < transient + steps; i++) {
    system.jacobian(state, jacobian)
    frame.multiply(jacobian)
    frame.orthonormalise(i >= transient)
    system.next(state, other)
    ;[state, other] = [other, state]
    checkFinite(state, i)
  }
  return frame.exponents(steps)
}

/**
 * The same for a flow, in nats per unit of time: state and tangent vectors by the Runge–Kutta method of fourth
 * order with `step` as its step.
 */
export function flowSpectrum(
  system: FlowSystem,
  initial: ArrayLike<number>,
  options: { readonly step: number; readonly steps: number; readonly transient?: number },
): number[] {
  const { step, steps, transient = 1000 } = options
  checkInteger('steps', steps, 1)
  checkInteger('transient', transient, 0)
  if (!(step > 0)) throw new RangeError(`step must be positive, got ${step}`)
  const n = checkedDimension(system.dimension, initial)
  const state = Float64Array.from(initial)
  const frame = createFrame(n)
  const slopes = [0, 1, 2, 3].map(() => new Float64Array(n + n * n))
  const at = new Float64Array(n)
  const basis = new Float64Array(n * n)
  const jacobian = new Float64Array(n * n)
  const shares = [0, 0.5, 0.5, 1]
  for (let i = 0; i < transient + steps; i++) {
    for (let stage = 0; stage < 4; stage++) {
      const from = slopes[stage - 1]
      const h = step * shares[stage]!
      for (let d = 0; d < n; d++) at[d] = state[d]! + (from === undefined ? 0 : h * from[d]!)
      for (let d = 0; d < n * n; d++)
        basis[d] = frame.vectors[d]! + (from === undefined ? 0 : h * from[n + d]!)
      const slope = slopes[stage]!
      system.field(at, slope.subarray(0, n))
      system.jacobian(at, jacobian)
      for (let v = 0; v < n; v++) {
        for (let row = 0; row < n; row++) {
          let sum = 0
          for (let k = 0; k < n; k++) sum += jacobian[row * n + k]! * basis[v * n + k]!
          slope[n + v * n + row] = sum
        }
      }
    }
    const [a, b, c, d] = slopes as [Float64Array, Float64Array, Float64Array, Float64Array]
    const sixth = step / 6
    for (let k = 0; k < n; k++) state[k]! += sixth * (a[k]! + 2 * b[k]! + 2 * c[k]! + d[k]!)
    for (let k = 0; k < n * n; k++) {
      frame.vectors[k]! += sixth * (a[n + k]! + 2 * b[n + k]! + 2 * c[n + k]! + d[n + k]!)
    }
    frame.orthonormalise(i >= transient)
    checkFinite(state, i)
  }
  return frame.exponents(steps * step)
}

function checkedDimension(dimension: number, initial: ArrayLike<number>): number {
  checkInteger('dimension', dimension, 1)
  if (initial.length !== dimension)
    throw new RangeError(`the initial state has ${initial.length} values, not ${dimension}`)
  return dimension
}

function checkFinite(state: Float64Array, step: number): void {
  if (!state.every(Number.isFinite))
    throw new RangeError(`the orbit leaves the finite numbers at step ${step}`)
}

/** Orthonormal vectors, one after the other, and the logarithms of what they were stretched by. */
function createFrame(n: number): {
  readonly vectors: Float64Array
  multiply(matrix: Float64Array): void
  orthonormalise(count: boolean): void
  exponents(time: number): number[]
} {
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  const logs = new Float64Array(n)
  const old = new Float64Array(n)
  return {
    vectors,
    multiply(matrix) {
      for (let v = 0; v < n; v++) {
        for (let k = 0; k < n; k++) old[k] = vectors[v * n + k]!
        for (let row = 0; row < n; row++) {
          let sum = 0
          for (let k = 0; k < n; k++) sum += matrix[row * n + k]! * old[k]!
          vectors[v * n + row] = sum
        }
      }
    },
    orthonormalise(count) {
      for (let v = 0; v < n; v++) {
        for (let u = 0; u < v; u++) {
          let dot = 0
          for (let k = 0; k < n; k++) dot += vectors[v * n + k]! * vectors[u * n + k]!
          for (let k = 0; k < n; k++) vectors[v * n + k]! -= dot * vectors[u * n + k]!
        }
        let squares = 0
        for (let k = 0; k < n; k++) squares += vectors[v * n + k]! ** 2
        const norm = Math.sqrt(squares)
        if (norm === 0) {
          // A superstable orbit: the exponent is -Infinity, and any direction goes on.
          if (count) logs[v] = -Infinity
          vectors[v * n + v] = 1
          continue
        }
        if (count) logs[v]! += Math.log(norm)
        for (let k = 0; k < n; k++) vectors[v * n + k]! /= norm
      }
    },
    exponents: (time) => [...logs].map((log) => log / time).sort((a, b) => b - a),
  }
}
