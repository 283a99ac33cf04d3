/** Scalars with derivatives: a value is a place on the tape. Reverse-mode differentiation (Linnainmaa 1976). */
export interface Tape {
  constant(value: number): number
  value(place: number): number
  /** a + k·b */
  add(a: number, b: number, k: number): number
  scale(a: number, k: number): number
  /**
   * Smooth maximum of some places: log of the mean of exp(β x), over β. Never above the true maximum, at most
   * log(n)/β below it.
   */
  smoothMax(places: readonly number[], sharpness: number): number
  /** log(1 + exp(x)) */
  softplus(a: number): number
  /** Derivatives of one place by all places before it. */
  gradient(of: number): Float64Array
  clear(): void
}

export function createTape(): Tape {
  let values = new Float64Array(1024)
  // Each place has a run of (argument, partial derivative) pairs.
  let starts = new Int32Array(1025)
  let args = new Int32Array(4096)
  let partials = new Float64Array(4096)
  let count = 0
  let used = 0

  function place(value: number): number {
    if (count + 1 >= values.length) {
      values = grow(values, Float64Array)
      starts = grow(starts, Int32Array)
    }
    values[count] = value
    starts[count + 1] = used
    return count++
  }
  function grow<T extends Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
    old: T,
    kind: new (n: number) => T,
  ): T {
    const next = new kind(old.length * 2)
    next.set(old)
    return next
  }
  function link(arg: number, partial: number): void {
    if (used === args.length) {
      args = grow(args, Int32Array)
      partials = grow(partials, Float64Array)
    }
    args[used] = arg
    partials[used++] = partial
  }

  return {
    constant: place,
    value: (at) => values[at]!,
    add(a, b, k) {
      link(a, 1)
      link(b, k)
      return place(values[a]! + k * values[b]!)
    },
    scale(a, k) {
      link(a, k)
      return place(k * values[a]!)
    },
    smoothMax(places, sharpness) {
      let top = -Infinity
      for (const at of places) top = Math.max(top, values[at]!)
      if (Math.abs(top) === Infinity) return place(top)
      let sum = 0
      for (const at of places) sum += Math.exp(sharpness * (values[at]! - top))
      for (const at of places) {
        const weight = Math.exp(sharpness * (values[at]! - top)) / sum
        if (weight > 1e-12) link(at, weight)
      }
      return place(top + Math.log(sum / places.length) / sharpness)
    },
    softplus(a) {
      const x = values[a]!
      link(a, 1 / (1 + Math.exp(-x)))
      return place(x > 30 ? x : Math.log1p(Math.exp(x)))
    },
    gradient(of) {
      const out = new Float64Array(count)
      out[of] = 1
      for (let i = of; i >= 0; i--) {
        const d = out[i]!
        if (d === 0) continue
        for (let k = starts[i]!; k < starts[i + 1]!; k++) out[args[k]!]! += d * partials[k]!
      }
      return out
    },
    clear() {
      count = 0
      used = 0
      starts[0] = 0
    },
  }
}
