import type { TextClassifier } from '../src/lib/text-classifier.ts'

const SENTENCES =
  'The parcel came on Tuesday and the kettle works well. Please tell the neighbours that the meeting moves to room 4. ' +
  'If you have questions, ask the assistant at the desk; it knows the rules of the house and the opening hours. '
const SIZES = [60, 400, 2000, 8000] as const
const RUNS = 400

/** Rows of [characters, p50, p99, nanoseconds a character]. Runs of all sizes alternate. */
export function latencyTable(classifier: TextClassifier): string[][] {
  const texts = SIZES.map((size) => SENTENCES.repeat(Math.ceil(size / SENTENCES.length)).slice(0, size))
  const times: number[][] = SIZES.map(() => [])
  for (let run = -100; run < RUNS; run++) {
    for (const [i, text] of texts.entries()) {
      const from = performance.now()
      classifier.score(text)
      if (run >= 0) times[i]!.push(performance.now() - from)
    }
  }
  return SIZES.map((size, i) => {
    const sorted = times[i]!.sort((a, b) => a - b)
    const [median, late] = [sorted[RUNS >> 1]!, sorted[Math.floor(RUNS * 0.99)]!]
    return [
      String(size),
      `${median.toFixed(3)} ms`,
      `${late.toFixed(3)} ms`,
      `${((median * 1e6) / size).toFixed(0)} ns`,
    ]
  })
}
