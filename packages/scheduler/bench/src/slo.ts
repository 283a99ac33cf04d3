export type Verdict = 'pass' | 'warn' | 'fail'

/** One line of the table: what is asked, and what was measured. */
export interface Bar {
  readonly workload: string
  readonly measure: string
  readonly unit: string
  /** `most`: the value may not be above; `least`: not below. */
  readonly kind: 'most' | 'least'
  readonly asked: number
  readonly measured: number
  /** Least and greatest of the rounds. */
  readonly spread?: readonly [number, number]
}

/** Up to 5 % beyond what is asked passes, up to 10 % warns, more fails. A value that is no number fails. */
export function judge({ kind, asked, measured }: Pick<Bar, 'kind' | 'asked' | 'measured'>): Verdict {
  const within = (tolerance: number): boolean =>
    kind === 'most' ? measured <= asked * tolerance : measured * tolerance >= asked
  if (within(1.05)) return 'pass'
  return within(1.1) ? 'warn' : 'fail'
}

export function format(value: number): string {
  if (value === 0) return '0'
  if (Math.abs(value) < 1e-3) return value.toExponential(1)
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

export function barCells(bar: Bar): string[] {
  const { workload, measure, unit, kind, asked, measured, spread } = bar
  const range = spread === undefined ? '' : `${format(spread[0])}–${format(spread[1])}`
  return [
    workload,
    measure,
    `${kind === 'most' ? '≤' : '≥'} ${format(asked)}${unit}`,
    `${format(measured)}${unit}`,
    range,
    judge(bar),
  ]
}
