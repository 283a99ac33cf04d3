import { describe, expect, it } from 'vitest'
import { isCategory, isThreat } from './taxonomy.ts'

describe('isThreat', () => {
  it('PI-14 personal data and secrets are no threat, injections are', () => {
    expect(isThreat('pii')).toBe(false)
    expect(isThreat('secret')).toBe(false)
    expect(isThreat('injection')).toBe(true)
  })

  it('says nothing bad about a category it does not know', () => {
    expect(isThreat('weather')).toBe(false)
  })
})

describe('isCategory', () => {
  it('knows own names only', () => {
    expect(isCategory('pii')).toBe(true)
    expect(isCategory('toString')).toBe(false)
  })
})
