/** A random number in [0, 1) with a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed | 0
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Standard normal numbers (Box–Muller). */
export function gaussian(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

export function iterate(n: number, first: number, next: (x: number) => number, skip = 0): number[] {
  const series: number[] = []
  let x = first
  for (let i = 0; i < n + skip; i++) {
    if (i >= skip) series.push(x)
    x = next(x)
  }
  return series
}

export function logistic(r: number, n: number, first = 0.4, skip = 0): number[] {
  return iterate(n, first, (x) => r * x * (1 - x), skip)
}

/** Slope below 2: at 2 every double reaches 0 after some 55 steps. */
export function tent(slope: number, n: number, first = 0.3): number[] {
  return iterate(n, first, (x) => (x < 0.5 ? slope * x : slope * (1 - x)), 100)
}

export function henon(n: number, first = 0.1): number[] {
  const series: number[] = []
  let x = first
  let y = 0.1
  for (let i = 0; i < n + 100; i++) {
    if (i >= 100) series.push(x)
    const next = 1 - 1.4 * x * x + y
    y = 0.3 * x
    x = next
  }
  return series
}

/** The states of a flow, by Runge–Kutta of fourth order with `sub` steps per sample; the first `skip` are left out. */
export function flow(
  field: (state: readonly number[]) => number[],
  first: readonly number[],
  dt: number,
  n: number,
  sub = 4,
  skip = 1000,
): number[][] {
  const h = dt / sub
  let state = [...first]
  const add = (a: readonly number[], b: readonly number[], f: number): number[] =>
    a.map((x, i) => x + f * b[i]!)
  const states: number[][] = []
  for (let i = 0; i < n + skip; i++) {
    if (i >= skip) states.push(state)
    for (let s = 0; s < sub; s++) {
      const k1 = field(state)
      const k2 = field(add(state, k1, h / 2))
      const k3 = field(add(state, k2, h / 2))
      const k4 = field(add(state, k3, h))
      state = state.map((x, j) => x + (h / 6) * (k1[j]! + 2 * k2[j]! + 2 * k3[j]! + k4[j]!))
    }
  }
  return states
}

export const lorenzField =
  (sigma: number, rho: number, beta: number) =>
  (s: readonly number[]): number[] => [
    sigma * (s[1]! - s[0]!),
    s[0]! * (rho - s[2]!) - s[1]!,
    s[0]! * s[1]! - beta * s[2]!,
  ]

export const rosslerField =
  (a: number, b: number, c: number) =>
  (s: readonly number[]): number[] => [-s[1]! - s[2]!, s[0]! + a * s[1]!, b + s[2]! * (s[0]! - c)]

export function lorenz(n: number, dt = 0.05, first = 1): number[] {
  return flow(lorenzField(10, 28, 8 / 3), [first, 1, 20], dt, n).map((s) => s[0]!)
}

export function rossler(n: number, dt = 0.2, first = 1): number[] {
  return flow(rosslerField(0.2, 0.2, 5.7), [first, 1, 0], dt, n).map((s) => s[0]!)
}

/** Mackey–Glass equation from a slightly waved history, by Runge–Kutta with the delayed term interpolated. */
export function mackeyGlass(n: number, tau = 17, every = 20, first = 0.9): number[] {
  const h = 0.1
  const lag = Math.round(tau / h)
  const x: number[] = Array.from({ length: lag + 1 }, (_, i) => first + 0.1 * Math.sin(i / 20))
  const rate = (now: number, then: number): number => (0.2 * then) / (1 + then ** 10) - 0.1 * now
  const skip = 20_000
  const series: number[] = []
  for (let i = lag; series.length < n; i++) {
    const then = x[i - lag]!
    const later = x[i - lag + 1]!
    const middle = (then + later) / 2
    const now = x[i]!
    const k1 = rate(now, then)
    const k2 = rate(now + (h / 2) * k1, middle)
    const k3 = rate(now + (h / 2) * k2, middle)
    const k4 = rate(now + h * k3, later)
    x.push(now + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4))
    if (i > skip && i % every === 0) series.push(now)
  }
  return series
}

/** Linear noise: x[i] = phi x[i - 1] + a normal number. */
export function autoregressive(n: number, phi: number, seed: number): number[] {
  const normal = gaussian(seeded(seed))
  return iterate(n, 0, (x) => phi * x + normal(), 100)
}
