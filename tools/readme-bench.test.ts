import { describe, expect, it } from 'vitest'
import { type BenchResult, fillBenchSections } from './readme-bench.ts'

const result: BenchResult = {
  id: 'gateway',
  machine: { cpu: 'Planted CPU', node: 'v24.0.0' },
  command: 'pnpm bench',
  date: '2026-01-02',
  columns: ['case', 'ratio'],
  rows: [
    ['a|b', '1.5'],
    ['c', '2'],
  ],
}
const readme = '# x\n<!-- bench:gateway:start -->\nold\n<!-- bench:gateway:end -->\nafter\n'

describe('fillBenchSections', () => {
  it('writes table, command, date and machine between the markers and leaves the rest', () => {
    expect(fillBenchSections(readme, [result])).toBe(
      [
        '# x',
        '<!-- bench:gateway:start -->',
        '',
        '| case | ratio |',
        '| --- | --- |',
        '| a\\|b | 1.5 |',
        '| c | 2 |',
        '',
        'Measured on 2026-01-02 by `pnpm bench`: cpu Planted CPU, node v24.0.0.',
        '',
        '<!-- bench:gateway:end -->',
        'after',
        '',
      ].join('\n'),
    )
  })

  it('changes nothing the second time', () => {
    const once = fillBenchSections(readme, [result])
    expect(fillBenchSections(once, [result])).toBe(once)
  })

  it('leaves a section without a result as it is', () => {
    expect(fillBenchSections(readme, [{ ...result, id: 'other' }])).toBe(readme)
  })

  it('refuses a start marker without an end', () => {
    expect(() => fillBenchSections('<!-- bench:gateway:start -->', [result])).toThrow('no end marker')
  })

  it('refuses a row with a missing cell', () => {
    expect(() => fillBenchSections(readme, [{ ...result, rows: [['a']] }])).toThrow('1 cells')
  })
})
