import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createPatternInspector, defaultPacks } from '../src/index.ts'

const patterns = defaultPacks().flatMap((pack) => pack.patterns.map((pattern) => ({ pack, pattern })))

describe('defaultPacks', () => {
  it('holds key formats of more than sixty services', () => {
    const secrets = defaultPacks().find(({ name }) => name === 'secrets')!
    expect(secrets.patterns.length).toBeGreaterThan(60)
  })

  it('holds as many patterns as the README says', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    expect(readme).toContain(`two packs with ${patterns.length} patterns`)
  })

  it.each(patterns)('DP-17 $pattern.id matches each of its examples from end to end', ({ pattern }) => {
    const inspector = createPatternInspector({ packs: [{ name: 'one', patterns: [pattern] }] })
    for (const example of pattern.examples) {
      const spans = inspector.scan(example).map(({ start, end }) => [start, end])
      expect(spans, example).toEqual([[0, example.length]])
    }
  })

  it.each(patterns)('DP-17 $pattern.id finds nothing in its counter-examples', ({ pattern }) => {
    const inspector = createPatternInspector({ packs: [{ name: 'one', patterns: [pattern] }] })
    for (const text of pattern.counterExamples) expect(inspector.scan(text), text).toEqual([])
  })
})
