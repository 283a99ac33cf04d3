import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as main from '../src/index.ts'
import * as signals from '../src/signals.ts'

describe('the examples of README.md and docs/language.md', () => {
  it.each(['../README.md', '../docs/language.md'])('%s: each line prints what its comment says', (file) => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8')
    const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)
    expect(blocks.length).toBeGreaterThan(0)
    for (const block of blocks) {
      const expected = [...block.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line!)
      const printed: string[] = []
      const log = (...values: unknown[]): void => {
        printed.push(values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))).join(' '))
      }
      const names = { ...main, ...signals }
      const code = block.replace(/^import .*$/gm, '')
      new Function('console', ...Object.keys(names), code)({ log }, ...Object.values(names))
      expect(printed).toEqual(expected)
    }
  })
})
