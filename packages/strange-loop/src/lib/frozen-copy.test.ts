import { describe, expect, it } from 'vitest'
import { frozenCopy } from './frozen-copy.ts'

describe('frozenCopy', () => {
  it('copies plain data deeply and freezes the copy', () => {
    const value = { a: [1, { b: 'x' }], c: null, d: true }
    const copy = frozenCopy(value)
    expect(copy).toEqual(value)
    value.a.push(2)
    expect(copy.a).toHaveLength(2)
    expect(() => copy.a.push(3)).toThrow(TypeError)
    expect(() => Object.assign(copy.a[1] as object, { b: 'y' })).toThrow(TypeError)
  })

  it.each([
    ['NaN', Number.NaN],
    ['undefined', { a: undefined }],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a symbol as a name', { [Symbol('x')]: 1 }],
    ['__proto__', JSON.parse('{"__proto__": {"x": 1}}')],
  ])('refuses %s', (_, value) => {
    expect(() => frozenCopy(value)).toThrow(TypeError)
  })

  it('gives what JSON gives back', () => {
    const value = { z: [-0, 0, 1e300, 5e-324], 10: 'b', 2: '\ud800', '': { constructor: 1, toString: null } }
    const copy = frozenCopy(value)
    expect(JSON.parse(JSON.stringify(copy))).toStrictEqual(copy)
    expect(Object.is(copy.z[0], 0)).toBe(true)
  })

  it('refuses a cycle', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(() => frozenCopy(cycle)).toThrow('nested')
  })
})
