import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './parse-json.ts'

const digits = (max: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: 1, maxLength: max }).map((all) => all.join(''))
const number = fc
  .tuple(
    fc.boolean(),
    digits(25).map((all) => all.replace(/^0+(?=.)/, '')),
    fc.option(digits(25)),
    fc.option(fc.integer({ min: -400, max: 400 })),
  )
  .map(
    ([isNegative, whole, fraction, exponent]) =>
      `${isNegative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
  )

/** The number as its digits without zeros around them, and the power of ten of the last: by text alone. */
function decimal(text: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    text,
  )!
  const all = `${whole}${fraction}`.replace(/^0+/, '')
  const kept = all.replace(/0+$/, '')
  return kept === '' ? '0' : `${sign}${kept}e${Number(exponent) - fraction.length + all.length - kept.length}`
}

describe('parseJson', () => {
  it('keeps the value of every number through a rewrite, to its last digit', () => {
    fc.assert(
      fc.property(number, fc.constantFrom('', ' ', '\n'), (source, blank) => {
        const written = JSON.stringify(parseJson(`{"a":[1,${blank}${source}],"b":${blank}${source}}`))
        const [, inList, inField] = /^\{"a":\[1,(.*)\],"b":(.*)\}$/.exec(written)!
        expect([inList, inField].map((one) => decimal(one!))).toEqual([decimal(source), decimal(source)])
      }),
      { numRuns: 2000 },
    )
  })

  it('reads everything but such numbers as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify([value, 1e21, '1234567890123456789'])
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
    expect(parseJson('{"index": 1, "t": 1.50}')).toEqual({ index: 1, t: 1.5 })
    expect(() => parseJson('{"a": 12345678901234567890')).toThrow(SyntaxError)
  })

  it('keeps a field called __proto__', () => {
    const text = '{"__proto__":12345678901234567890,"a":"b"}'
    expect(JSON.stringify(parseJson(text))).toBe(text)
  })
})
