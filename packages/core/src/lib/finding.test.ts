import { describe, expect, it } from 'vitest'
import { ACTIONS, compareActions, compareSeverities, SEVERITIES } from './finding.ts'

describe('compareActions', () => {
  it('orders allow < annotate < redact < hold < block', () => {
    const shuffled = ['block', 'annotate', 'hold', 'allow', 'redact'] as const
    expect([...shuffled].sort(compareActions)).toEqual(['allow', 'annotate', 'redact', 'hold', 'block'])
  })

  it('is zero for equal actions and changes sign when the arguments are swapped', () => {
    for (const a of ACTIONS) {
      for (const b of ACTIONS)
        expect(Math.sign(compareActions(a, b)) + Math.sign(compareActions(b, a))).toBe(0)
      expect(compareActions(a, a)).toBe(0)
    }
    expect(compareActions('allow', 'block')).toBeLessThan(0)
  })
})

describe('compareSeverities', () => {
  it('orders info < low < medium < high < critical', () => {
    expect([...SEVERITIES].reverse().sort(compareSeverities)).toEqual([
      'info',
      'low',
      'medium',
      'high',
      'critical',
    ])
  })
})
