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

describe.each([
  ['compareActions', compareActions as (a: string, b: string) => number, 'block'],
  ['compareSeverities', compareSeverities as (a: string, b: string) => number, 'critical'],
])('%s', (_, compare, worst) => {
  it.each(['deny', 'toString', ''])(
    'takes %j, which it does not know, for worse than the worst',
    (unknown) => {
      expect(compare(unknown, worst)).toBeGreaterThan(0)
      expect(compare(worst, unknown)).toBeLessThan(0)
      expect(compare(unknown, 'other')).toBe(0)
    },
  )
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
