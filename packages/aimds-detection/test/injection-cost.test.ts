import { compileMatcher } from '@midstream/matcher'
import { describe, expect, it } from 'vitest'
import { adversarialInputs } from '../bench/src/adversarial-inputs.ts'
import { createDetector, injectionPacks } from '../src/index.ts'
import { foldPattern, squeezePattern } from '../src/lib/fold-pattern.ts'
import { toMatcherPattern } from '../src/lib/pack.ts'
import { cpuMs } from './support/cpu-ms.ts'

const { plain, squeezed } = injectionPacks()
const patterns = [
  ...plain.flatMap((pack) => pack.patterns.map((pattern) => ({ pattern, rewrite: foldPattern }))),
  ...squeezed.flatMap((pack) => pack.patterns.map((pattern) => ({ pattern, rewrite: squeezePattern }))),
]

const detector = createDetector({ pii: false, classifier: false })

describe('createDetector', () => {
  // The bar is 200 ms; what a test may rely on beside others on a busy machine is its order of magnitude. Work that
  // grew with the square of the text would be thousands of times beyond it.
  it.each(adversarialInputs(100_000))('DP-22 I-10 reads 100 KB of $name within its limit', ({ text }) => {
    const first = cpuMs(() => detector.scan(text))
    expect(
      Math.min(
        first,
        cpuMs(() => detector.scan(text)),
      ),
    ).toBeLessThan(400)
  })
})

describe('injectionPacks', () => {
  // The bar is 50 ms for 100 KB; the benchmark measures that. A tenth of the text keeps the suite short.
  it.each(patterns)('DP-21 $pattern.id reads every adversarial input in time', ({ pattern, rewrite }) => {
    const source = toMatcherPattern(pattern)
    const matcher = compileMatcher([{ ...source, regex: rewrite(source.regex!) }])
    const slow: string[] = []
    for (const { name, text } of adversarialInputs(10_000)) {
      const input = text.toLowerCase()
      const once = cpuMs(() => matcher.scan(input))
      const time = once < 10 ? once : cpuMs(() => matcher.scan(input))
      if (time > 10) slow.push(`${name}: ${time} ms`)
    }
    expect(slow).toEqual([])
  })
})
