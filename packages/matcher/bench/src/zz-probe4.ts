import { loadCorpus, pieces } from './corpus.ts'
import { patternsOf } from './patterns.ts'
import { compileMatcher } from '@midstream/matcher'
const corpus = loadCorpus()
const m = compileMatcher(patternsOf(200))
function time(label: string, text: string, size: number, reps: number) {
  const chunks = pieces(text, size)
  let best = Infinity
  for (let r = 0; r < reps; r++) {
    const s = m.open({ match() {}, overflow() {} })
    const t = process.hrtime.bigint()
    for (const c of chunks) s.push(c)
    best = Math.min(best, Number(process.hrtime.bigint() - t) / text.length)
    s.end()
  }
  console.log(label.padEnd(30), best.toFixed(1))
}
for (const [n, t] of Object.entries(corpus)) {
  time(n + ' 1M whole', t, 1e9, 8)
  time(n + ' 1M 4', t, 4, 8)
  time(n + ' 20k whole', t.slice(0, 20000), 1e9, 200)
  time(n + ' 20k 4', t.slice(0, 20000), 4, 200)
}
time('spaces', ' '.repeat(20000), 1e9, 300)
time('hello ', 'hello '.repeat(4000), 1e9, 300)
