import { readFileSync } from 'node:fs'
import { seededRandom } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createAdwin } from './adwin.ts'
import { createPageHinkley } from './page-hinkley.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../test-vectors/drift.json', import.meta.url), 'utf8'),
) as {
  streams: Record<string, string>
  cases: { detector: string; stream: string; detected: number[] }[]
}

function detections(push: (value: number) => boolean, name: string): number[] {
  return [...vectors.streams[name]!].flatMap((digit, i) => (push(Number(digit)) ? [i] : []))
}

function casesOf(detector: string) {
  return vectors.cases.filter((each) => each.detector === detector)
}

const meanOf = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** Equation 3.1 of the paper, with the sides shortened by four as in the authors' program. */
function cutExists(buckets: number[][], delta: number): boolean {
  const all = buckets.flat()
  const mean = meanOf(all)
  const variance = meanOf(all.map((value) => (value - mean) ** 2))
  const log = Math.log((2 * Math.log(all.length)) / delta)
  return buckets.some((_, cut) => {
    const [old, recent] = [buckets.slice(0, cut).flat(), buckets.slice(cut).flat()]
    if (old.length < 5 || recent.length < 5) return false
    const m = 1 / (old.length - 4) + 1 / (recent.length - 4)
    return Math.abs(meanOf(old) - meanOf(recent)) > Math.sqrt(2 * m * variance * log) + (2 / 3) * m * log
  })
}

describe('createPageHinkley', () => {
  it.each(casesOf('page-hinkley'))('finds what river finds in $stream', ({ stream, detected }) => {
    expect(detections(createPageHinkley().push, stream)).toEqual(detected)
  })

  it('reports no drift before it has seen enough values', () => {
    const test = createPageHinkley({ threshold: 1, minValues: 40 })
    const found = Array.from({ length: 40 }, (_, i) => test.push(i < 10 ? 0 : 1))
    expect(found.indexOf(true)).toBe(39)
  })

  it('does not take a fall for a rise', () => {
    const test = createPageHinkley({ threshold: 5 })
    const found = Array.from({ length: 400 }, (_, i) => test.push(i < 200 ? 1 : 0))
    expect(found).not.toContain(true)
  })
})

describe('createAdwin', () => {
  it.each(casesOf('adwin'))(
    'finds the change at 1000 of $stream no later than river',
    ({ stream, detected }) => {
      const [first = Number.POSITIVE_INFINITY] = detections(createAdwin().push, stream)
      expect(first).toBeGreaterThanOrEqual(1000)
      expect(first).toBeLessThanOrEqual(detected[0]!)
    },
  )

  it('agrees with the definition on lists of values: buckets of 1, 2, 4, … and every cut between them', () => {
    const random = seededRandom(8)
    const adwin = createAdwin({ delta: 0.05, checkEvery: 8 })
    let buckets: number[][] = []
    let found = 0
    for (let i = 0; i < 3000; i++) {
      const value = random() + (Math.floor(i / 400) % 2) * 0.4
      buckets.push([value])
      for (let size = 1; ; size *= 2) {
        const same = buckets.filter((bucket) => bucket.length === size)
        if (same.length <= 5) break
        const at = buckets.indexOf(same[0]!)
        buckets.splice(at, 2, [...same[0]!, ...same[1]!])
      }
      let drift = false
      while ((i + 1) % 8 === 0 && buckets.flat().length > 10 && cutExists(buckets, 0.05)) {
        buckets = buckets.slice(1)
        drift = true
      }
      expect(adwin.push(value)).toBe(drift)
      expect(adwin.width).toBe(buckets.flat().length)
      if (drift) found++
    }
    expect(found).toBeGreaterThan(6)
  })

  it('keeps the window that is left: its mean and width are those of the newest values', () => {
    const random = seededRandom(1)
    const adwin = createAdwin()
    const values: number[] = []
    for (let i = 0; i < 3000; i++) {
      const value = random() < (i < 2000 ? 0.1 : 0.6) ? 1 : 0
      values.push(value)
      adwin.push(value)
      const window = values.slice(-adwin.width)
      if (i % 37 === 0) expect(adwin.mean).toBeCloseTo(window.reduce((a, b) => a + b, 0) / window.length, 9)
    }
    expect(adwin.width).toBeLessThan(1100)
    expect(adwin.width).toBeGreaterThan(900)
  })

  it('raises no false alarm in 90,000 stationary events and finds 0.1 to 0.3 within 200', () => {
    const random = seededRandom(3)
    const adwin = createAdwin()
    let alarms = 0
    for (let i = 0; i < 90_000; i++) if (adwin.push(random() < 0.1 ? 1 : 0)) alarms++
    expect(alarms).toBe(0)
    let delay = 0
    do delay++
    while (!adwin.push(random() < 0.3 ? 1 : 0))
    expect(delay).toBeLessThan(200)
  })
})

describe.each([
  ['createAdwin', createAdwin],
  ['createPageHinkley', createPageHinkley],
] as const)('%s', (_, create) => {
  it('I-9 goes on after a restore as if nothing had happened, and is after a reset like new', () => {
    const one = create({})
    const random = seededRandom(5)
    const values = Array.from({ length: 4000 }, (_, i) => random() + (i % 1500 > 1000 ? 1 : 0))
    for (const value of values.slice(0, 2000)) one.push(value)
    const two = create({}, JSON.parse(JSON.stringify(one.save())))
    const rest = (detector: { push(value: number): boolean }) =>
      values.slice(2000).map((v) => detector.push(v))
    const expected = rest(one)
    expect(rest(two)).toEqual(expected)
    expect(two.save()).toEqual(one.save())
    one.reset()
    expect(one.width).toBe(0)
    const whole = values.map((v) => one.push(v))
    const fresh = create({})
    expect(values.map((v) => fresh.push(v))).toEqual(whole)
    expect(whole).toContain(true)
  })

  it('refuses a value that is not finite', () => {
    expect(() => create({}).push(Number.NaN)).toThrow(RangeError)
  })
})
