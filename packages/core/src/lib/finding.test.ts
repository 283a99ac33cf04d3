import { describe, expect, it } from 'vitest'
import {
  ACTIONS,
  compareActions,
  compareSeverities,
  isBlocked,
  isForwardable,
  SEVERITIES,
} from './finding.ts'

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

describe('isForwardable', () => {
  it('SG-09 tells the verdicts that let text go on from those that stop it; hold does neither', () => {
    expect(ACTIONS.filter(isForwardable)).toEqual(['allow', 'annotate', 'redact'])
    expect(ACTIONS.filter(isBlocked)).toEqual(['block'])
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
