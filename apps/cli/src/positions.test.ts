import { describe, expect, it } from 'vitest'
import { createPositions } from './positions.ts'

describe('createPositions', () => {
  it.each([
    ['', 0, 1, 1],
    ['abc', 2, 1, 3],
    ['a\nb', 1, 1, 2],
    ['a\nb', 2, 2, 1],
    ['a\r\nb', 3, 2, 1],
    ['a\rb', 2, 2, 1],
    ['a\r\n\r\nb', 5, 3, 1],
    ['\n\n', 2, 3, 1],
    // A fox is two code units.
    ['🦊x', 2, 1, 3],
  ])('puts %j offset %d at %d:%d', (text, offset, line, column) => {
    expect(createPositions(text)(offset)).toEqual({ line, column })
  })
})
