import { describe, expect, it } from 'vitest'
import { addHiddenSpan, type HiddenSpan, hideSpans } from './hidden-spans.ts'

const span = (
  start: number,
  end: number,
  replacement: string,
  action: HiddenSpan['action'] = 'redact',
): HiddenSpan => ({
  start,
  end,
  replacement,
  action,
  strength: end - start,
})

describe('addHiddenSpan', () => {
  it('merges overlapping spans behind the replacement of the longest, in any order', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const all = [span(0, 4, 'A'), span(2, 9, 'B'), span(12, 14, 'C')]
      const spans: HiddenSpan[] = []
      for (const i of order) addHiddenSpan(spans, all[i]!)
      expect(spans.map(({ start, end, replacement }) => [start, end, replacement])).toEqual([
        [0, 9, 'B'],
        [12, 14, 'C'],
      ])
    }
  })
})

describe('hideSpans', () => {
  it('I-1 shows a replacement where its span starts and nothing of the span in later parts', () => {
    const text = 'abcdefghij'
    const spans = [span(2, 6, '*')]
    expect(hideSpans(text, 0, spans)).toBe('ab*ghij')
    expect(hideSpans('abcd', 0, spans) + hideSpans('efgh', 4, spans) + hideSpans('ij', 8, spans)).toBe(
      'ab*ghij',
    )
    expect(hideSpans('de', 3, spans)).toBe('')
  })
})
