import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileMonitor } from '../src/index.ts'

interface Published {
  readonly f: string
  readonly states: number
  readonly monitorable: boolean
  readonly initcan: boolean
  readonly outs: string
}
const vectors = JSON.parse(
  readFileSync(new URL('../test-vectors/ltl3-monitors.json', import.meta.url), 'utf8'),
) as { dwyer: Published[]; extra: Published[] }

/** The vectors write `XFp1`; here operators stand alone. */
const spaced = (formula: string): string =>
  formula.replace(/[FGX]+(?=[!p(])/g, (run) => `${[...run].join(' ')} `)
const letter = { inconclusive: '?', true: 'T', false: 'F' }

describe('compileMonitor', () => {
  it.each([...vectors.dwyer, ...vectors.extra])('has the published smallest monitor of $f', (published) => {
    const formula = spaced(published.f)
    const analysis = compileMonitor(formula, { trace: 'infinite' }).analyze()
    expect(analysis.states).toBe(published.states)
    expect(analysis.verdicts.map((verdict) => letter[verdict]).sort()).toEqual([...published.outs].sort())
    expect(analysis.monitorable).toBe(published.monitorable)
    expect(analysis.decidable).toBe(published.initcan)
    // For these formulas it makes no difference whether traces end.
    expect(compileMonitor(formula).analyze()).toEqual(analysis)
  })

  it('finds 47 of the 55 patterns monitorable', () => {
    const monitorable = vectors.dwyer.filter(
      ({ f }) => compileMonitor(spaced(f), { trace: 'infinite' }).analyze().monitorable,
    )
    expect(monitorable).toHaveLength(47)
  })
})
