import { MidstreamError } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { satisfiable } from './decide.ts'
import { evaluate } from './evaluate.ts'
import { compileMonitor } from './monitor.ts'
import { parseFormula } from './parse.ts'
import { printFormula } from './print.ts'

function failure(source: string): MidstreamError {
  try {
    parseFormula(source)
  } catch (error) {
    if (MidstreamError.is(error, 'FORMULA_SYNTAX')) return error
    throw error
  }
  throw new Error(`"${source}" was accepted`)
}

describe('parseFormula', () => {
  it('LT-01 reads G (request -> F response) as an implication inside G', () => {
    expect(parseFormula('G (request -> F response)')).toEqual({
      op: 'always',
      arg: {
        op: 'implies',
        left: { op: 'field', field: 'request' },
        right: { op: 'eventually', arg: { op: 'field', field: 'response' } },
      },
    })
  })

  it.each([
    ['p U q U r', 'p U (q U r)'],
    ['a -> b -> c', 'a -> (b -> c)'],
    ['a <-> b <-> c', '(a <-> b) <-> c'],
    ['!p U q & r', '((!p) U q) & r'],
    ['a | b & c', 'a | (b & c)'],
    ['F a -> b U c', '(F a) -> (b U c)'],
    ['X !Y a', 'X (! (Y a))'],
    ['a && b || c => d <=> e', '(((a & b) | c) -> d) <-> e'],
    ['F[0,1.5s] a', 'F[0,1500ms] a'],
    ['F[2min,1h] a', 'F[120000ms,3600000ms] a'],
    ['F[0,1.001s] a', 'F[0,1001ms] a'],
    ['F[0,4.35min] a', 'F[0,261000ms] a'],
    ['a S[2,inf] b # since', 'a S[2,inf] b'],
  ])('reads %s as %s', (source, explicit) => {
    expect(parseFormula(source)).toEqual(parseFormula(explicit))
  })

  it('reads predicates over fields', () => {
    const formula = parseFormula('tool.name == "send_email" & risk > 0.8 & text ~ /a\\/b\\d/ & ok != false')
    expect(printFormula(formula)).toBe(
      'tool.name == "send_email" & risk > 0.8 & text ~ /a\\/b\\d/ & ok != false',
    )
    expect(parseFormula('text ~ /a\\/b\\d/')).toEqual({ op: 'match', field: 'text', pattern: 'a/b\\d' })
  })

  it.each([
    ['G (', 3, 'An operand is missing.'],
    ['a = 3', 2, 'Write == to compare.'],
    ['a and b', 2, 'Write & | ! -> U.'],
    ['(a', 2, 'Close the parenthesis.'],
    ['a)', 1, 'An operator is missing, or a parenthesis is not opened.'],
    ['X[0,2] a', 1, 'Windows belong to F G O H U W R S.'],
    ['F[2,1] a', 1, 'The first end is at most the second.'],
    ['F[0,2kg] a', 5, 'Units are ms, s, min and h.'],
    ['a > 1e999', 4, 'Numbers are finite.'],
    ['F[0,1e999s] a', 4, 'Numbers are finite.'],
    ['a ~ //', 4, 'Write what is to be found.'],
    ['F[0.5,2] a', 1, 'Windows in steps have whole numbers; 0.5s is a time.'],
    ['F[1,5s] a', 1, 'Give both ends in time or both in steps.'],
    ['a < "x"', 4, 'Only numbers are ordered.'],
    ["a == 'x'", 5, 'Write texts with double quotes.'],
    ['a == "x', 5, 'Texts are written as in JSON.'],
    ['a ~ "x"', 4, 'Write the pattern between slashes.'],
    ['U a', 0, '"U" is an operator; name fields otherwise.'],
    ['a ∧ b', 2, 'Write & | ! -> G F X.'],
    ['unheard(a)', 0, 'Known patterns: '],
    ['response(a)', 0, 'Check the call.'],
  ])('LT-02 refuses %s at position %i', (source, position, hint) => {
    const error = failure(source)
    expect(error.details['position']).toBe(position)
    expect(error.message).toContain(hint)
  })

  it.each(['constructor', '__proto__', 'toString.name', 'a.__proto__'])('reads %s as a field', (field) => {
    expect(parseFormula(field)).toEqual({ op: 'field', field })
    expect(() => parseFormula(`${field.split('.')[0]}(a)`)).toThrow(/nothing is called/)
  })

  it('knows no unit that every object has', () => {
    expect(failure('F[0,5constructor] a').message).toContain('Units are ms, s, min and h.')
  })

  it('refuses nesting and expansion past its limits instead of exhausting the stack or the memory', () => {
    expect(failure('!'.repeat(100_000)).message).toContain('nesting deeper than 500')
    expect(failure('('.repeat(100_000)).message).toContain('nesting deeper than 500')
    const macros = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `m${i}`,
        { params: ['x'], body: i === 0 ? 'x' : `m${i - 1}(x) & m${i - 1}(x)` },
      ]),
    )
    expect(() => parseFormula('m39(a)', { macros })).toThrow(/more than 20000 operators/)
  })

  it('refuses holes filled with what is no finite number', () => {
    for (const n of [Number.NaN, Infinity, -Infinity])
      for (const template of ['F[0s,$n] a', 'a > $n'])
        expect(() => parseFormula(template, { holes: { n } })).toThrow(/a number out of range/)
  })

  it('refuses formulas too deep for what comes after, however they are written', () => {
    expect(failure(`${'a & '.repeat(5000)}a`).message).toContain('operators deeper than 1000')
    expect(failure(`${'a -> '.repeat(5000)}a`).message).toContain('operators deeper than 1000')
    const macros = { deep: { params: ['x'], body: `${'!'.repeat(400)}x` } }
    expect(() => parseFormula('deep(deep(deep(a)))', { macros })).toThrow(/operators deeper than 1000/)
    const chain = `${'a & '.repeat(990)}b`
    expect(evaluate(parseFormula(chain), [{ a: 1, b: 1 }])).toEqual([true])
    expect(satisfiable(chain).answer).toBe('yes')
    expect(compileMonitor(chain).open().push({ a: 1 })).toBe('false')
  })

  it('expands macros with arguments', () => {
    const macros = {
      approved: { params: ['x'], body: 'O (x & approval)' },
      guarded: { params: ['x'], body: 'G (x -> approved(x))' },
      quiet: { params: [], body: '!alarm' },
    }
    expect(parseFormula('guarded(send | move) & quiet', { macros })).toEqual(
      parseFormula('G ((send | move) -> O ((send | move) & approval)) & !alarm'),
    )
    const loop = { a: { params: [], body: 'b' }, b: { params: [], body: 'a' } }
    expect(() => parseFormula('a', { macros: loop })).toThrow(/uses itself/)
    expect(() => parseFormula('guarded()', { macros })).toThrow(/takes 1 arguments, not 0/)
  })
})
