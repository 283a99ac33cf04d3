import { MidstreamError } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { formulaFromJson } from './formula-json.ts'
import { parseFormula } from './parse.ts'
import { printFormula } from './print.ts'

describe('formulaFromJson', () => {
  it('copies a formula', () => {
    const data = {
      op: 'until',
      left: { op: 'field', field: 'a' },
      right: { op: 'true' },
      window: { unit: 'ms', min: 1 },
    }
    expect(formulaFromJson(data)).toEqual(data)
  })

  it.each([
    [null, ''],
    [[], ''],
    [{}, '/op'],
    [{ op: 'toString' }, '/op'],
    [{ op: 'not' }, '/arg'],
    [{ op: 'and', left: { op: 'true' }, right: 3 }, '/right'],
    [{ op: 'field', field: 'a b' }, '/field'],
    [{ op: 'field', field: 'a', more: 1 }, '/more'],
    [{ op: 'compare', field: 'a', is: '<', value: 'x' }, '/value'],
    [{ op: 'compare', field: 'a', is: '==', value: Number.NaN }, '/value'],
    [{ op: 'always', arg: { op: 'true' }, window: { unit: 'steps', min: 0.5 } }, '/window/min'],
    [{ op: 'always', arg: { op: 'true' }, window: { unit: 'ms', min: 2, max: 1 } }, '/window/max'],
    [{ op: 'next', arg: { op: 'true' }, window: { unit: 'ms', min: 2 } }, '/window'],
    [{ op: 'match', field: 'a', pattern: '' }, '/pattern'],
    [{ op: 'match', field: 'a', pattern: 'a\\/b' }, '/pattern'],
    [{ op: 'match', field: 'a', pattern: 'a\\' }, '/pattern'],
    [{ op: 'field', field: 'true' }, '/field'],
    [{ op: 'compare', field: 'G', is: '==', value: 1 }, '/field'],
  ])('refuses %j at %s', (data, path) => {
    try {
      formulaFromJson(data)
      expect.unreachable()
    } catch (error) {
      expect(MidstreamError.is(error, 'FORMULA_SYNTAX') && error.details['path']).toBe(path)
    }
  })

  it.each(['a/b', 'a\\\\/b', '\\d+\\.', '\\\\', '/', 'two\nlines'])(
    'keeps the pattern %j in print',
    (pattern) => {
      const formula = formulaFromJson({ op: 'match', field: 'inf', pattern })
      expect(parseFormula(printFormula(formula))).toEqual(formula)
    },
  )

  it('refuses what is nested too deep', () => {
    let data: unknown = { op: 'true' }
    for (let i = 0; i < 2000; i++) data = { op: 'not', arg: data }
    expect(() => formulaFromJson(data)).toThrow(/deeper/)
  })
})
