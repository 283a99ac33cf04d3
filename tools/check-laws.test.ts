import { describe, expect, it } from 'vitest'
import { checkLaws, lawIds, leadingIds, readLaws, readReport } from './check-laws.ts'
import { plant } from './planted-workspace.ts'

const laws = new Map([
  ['I-1', 'docs/ARCHITECTURE.md'],
  ['I-2', 'docs/ARCHITECTURE.md'],
])

describe('lawIds', () => {
  it('reads tables, list items and headings, and no mention in a sentence', () => {
    const page = [
      '| id | law |',
      '|---|---|',
      '| I-1 no leak | text, as I-9 says |',
      '| **I-2** | x |',
      '- M-1: sound',
      '- UTF-16 code units are the unit of positions',
      '* `M-2` complete',
      '## M-3 Linear',
      'M-4 is only mentioned here.',
    ]
    expect(lawIds(page.join('\n'))).toEqual(['I-1', 'I-2', 'M-1', 'M-2', 'M-3'])
  })
})

describe('leadingIds', () => {
  it.each([
    ['I-1 never leaks', ['I-1']],
    ['I-1, I-2 and BD-03: both', ['I-1', 'I-2', 'BD-03']],
    ['shows I-1 in the middle', []],
    ['I-11 is not I-1', ['I-11']],
  ])('reads %s', (title, ids) => {
    expect(leadingIds(title)).toEqual(ids)
  })
})

describe('checkLaws', () => {
  it('is content when each law has a passing test', () => {
    const tests = [
      { title: 'I-1 a', status: 'passed' },
      { title: 'I-2 b', status: 'passed' },
      { title: 'I-2 c', status: 'skipped' },
      { title: 'BD-99 a row of another list', status: 'passed' },
    ]
    expect(checkLaws(laws, tests)).toEqual([])
  })

  it('refuses a law without a test', () => {
    expect(checkLaws(laws, [{ title: 'I-1 a', status: 'passed' }])).toEqual([
      'law I-2 (docs/ARCHITECTURE.md) has no test',
    ])
  })

  it.each(['skipped', 'pending', 'todo', 'failed'])('refuses a law whose only test is %s', (status) => {
    const tests = [
      { title: 'I-1 a', status: 'passed' },
      { title: 'I-2 b', status },
    ]
    expect(checkLaws(laws, tests)).toEqual([
      `law I-2 (docs/ARCHITECTURE.md) has only tests that are ${status}`,
    ])
  })

  it('refuses a test that names an unknown law', () => {
    const tests = [
      { title: 'I-1 I-2 a', status: 'passed' },
      { title: 'I-12 b', status: 'passed' },
    ]
    expect(checkLaws(laws, tests)).toEqual(['test "I-12 b" names I-12, which is not a law'])
  })
})

describe('readLaws', () => {
  const files = {
    'package.json': { name: 'root' },
    'packages/a/package.json': { name: '@midstream/a' },
    'docs/ARCHITECTURE.md': '| I-1 | x |',
  }

  it('adds the laws of the packages to those of the architecture', () => {
    using planted = plant({ ...files, 'packages/a/INVARIANTS.md': '| A-1 | y |' })
    expect([...readLaws(planted.root)]).toEqual([
      ['I-1', 'docs/ARCHITECTURE.md'],
      ['A-1', 'packages/a/INVARIANTS.md'],
    ])
  })

  it('lets a package say what a law of the project means for it', () => {
    using planted = plant({ ...files, 'packages/a/INVARIANTS.md': '| I-1 | y |' })
    expect([...readLaws(planted.root)]).toEqual([['I-1', 'docs/ARCHITECTURE.md']])
  })

  it('refuses one id that two packages state', () => {
    const page = '| A-1 | y |'
    using planted = plant({
      ...files,
      'packages/a/INVARIANTS.md': page,
      'packages/b/package.json': { name: 'b' },
      'packages/b/INVARIANTS.md': page,
    })
    expect(() => readLaws(planted.root)).toThrow('A-1')
  })
})

describe('readReport', () => {
  it('reads the tests of every file of a vitest report', () => {
    const assertionResults = [{ title: 'I-1 a', status: 'passed', ancestorTitles: ['x'] }]
    using planted = plant({ 'r.json': { testResults: [{ assertionResults }, { assertionResults: [] }] } })
    expect(readReport(`${planted.root}/r.json`)).toEqual(assertionResults)
  })
})
