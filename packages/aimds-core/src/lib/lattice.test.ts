import { ACTIONS } from '@midstream/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinActions, worstAction } from './lattice.ts'

const action = fc.constantFrom(...ACTIONS)

describe('joinActions', () => {
  it('gives the stricter action', () => {
    expect(joinActions('redact', 'annotate')).toBe('redact')
    expect(joinActions('hold', 'block')).toBe('block')
  })

  it('is a semilattice with allow as its least element', () => {
    fc.assert(
      fc.property(action, action, action, (a, b, c) => {
        expect(joinActions(a, b)).toBe(joinActions(b, a))
        expect(joinActions(a, joinActions(b, c))).toBe(joinActions(joinActions(a, b), c))
        expect(joinActions(a, a)).toBe(a)
        expect(joinActions('allow', a)).toBe(a)
      }),
      { numRuns: 256 },
    )
  })
})

describe('worstAction', () => {
  it('is allow without actions and the strictest otherwise', () => {
    expect(worstAction([])).toBe('allow')
    expect(worstAction(['annotate', 'block', 'redact'])).toBe('block')
  })

  it('does not take an action that there is not for a mild one', () => {
    expect(worstAction(['annotate', 'deny' as 'block'])).not.toBe('annotate')
  })
})
