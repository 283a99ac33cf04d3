// Weights as one signed byte each: w = step · b · |b| / 127. The square puts the steps where the weights are.

export interface Quantised {
  readonly step: number
  readonly weights: Int8Array
  /** What the bytes stand for. */
  readonly rounded: Float32Array
}

export function quantise(exact: Float32Array): Quantised {
  let largest = 0
  for (const weight of exact) largest = Math.max(largest, Math.abs(weight))
  const step = largest === 0 ? 1 : largest / 127
  const weights = new Int8Array(exact.length)
  const rounded = new Float32Array(exact.length)
  for (let i = 0; i < exact.length; i++) {
    const size = Math.round(Math.sqrt((Math.abs(exact[i]!) * 127) / step))
    weights[i] = exact[i]! < 0 ? -size : size
    rounded[i] = (step * weights[i]! * size) / 127
  }
  return { step, weights, rounded }
}
