import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJsonUnescaper, jsonEscape, setValueAt, valueAt, walkStrings } from './json-text.ts'

// Any UTF-16 code units, the ones that JSON escapes often among them.
const text = fc
  .array(fc.oneof(fc.constantFrom(34, 92, 10, 9, 47, 97), fc.integer({ min: 0, max: 0xffff })), {
    maxLength: 20,
  })
  .map((units) => String.fromCharCode(...units))

describe('createJsonUnescaper', () => {
  it('I-2 resolves escapes the same for every cut and maps positions back to the source', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 5 }), (value, cuts) => {
        // Every code unit escaped in one of the ways JSON has, or not at all.
        const source = [...Array(value.length).keys()]
          .map((i) =>
            value.charCodeAt(i) % 3 === 0
              ? `\\u${value.charCodeAt(i).toString(16).padStart(4, '0')}`
              : jsonEscape(value[i]!),
          )
          .join('')
        const unescaper = createJsonUnescaper()
        const at = [...new Set(cuts.map((c) => c % (source.length + 1)))].sort((a, b) => a - b)
        let resolved = ''
        let start = 0
        for (const end of [...at, source.length]) {
          resolved += unescaper.push(source.slice(start, end))
          start = end
        }
        resolved += unescaper.end()
        expect(resolved).toBe(value)
        for (let i = 0; i <= value.length; i++) {
          const prefix = source.slice(0, unescaper.toSource(i))
          expect(JSON.parse(`"${prefix}"`)).toBe(value.slice(0, i))
        }
      }),
      { numRuns: 400 },
    )
  })

  it('leaves an escape that JSON does not know, and one that never ends, as it stands', () => {
    const unescaper = createJsonUnescaper()
    expect(unescaper.push('a\\uZZZZ\\u00') + unescaper.end()).toBe('a\\uZZZZ\\u00')
  })
})

describe('walkStrings', () => {
  it('visits every string value with a path that leads back to it', () => {
    const value = { a: 'x', b: [{ c: 'y' }, 1, null], d: { e: { f: 'z' } } }
    const seen: string[] = []
    walkStrings(value, (text, path) => {
      expect(valueAt(value, path)).toBe(text)
      seen.push(text)
    })
    expect(seen).toEqual(['x', 'y', 'z'])
    setValueAt(value, ['b', 0, 'c'], 'new')
    expect(valueAt(value, ['b', 0, 'c'])).toBe('new')
  })
})
