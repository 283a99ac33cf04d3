import { loadCorpus } from './corpus.ts'
import { patternsOf } from './patterns.ts'
import { compileMatcher } from '@midstream/matcher'
const corpus = loadCorpus()
const m = compileMatcher(patternsOf(Number(process.argv[2] ?? 200)), JSON.parse(process.argv[3] ?? '{}'))
const dfas = (globalThis as any).__dfas
for (const text of [corpus.english, corpus.code]) for (let r = 0; r < 4; r++) {
  const s = m.open({ match() {}, overflow() {} })
  const t = process.cpuUsage()
  s.push(text); s.end()
  const u = process.cpuUsage(t)
  console.log((u.user * 1000 / text.length).toFixed(1), 'ns/char', dfas.map((d: any) => `states ${d.states.length} gen ${d.generation} steps ${d.steps.length} stride ${d.stride} slow ${d.slowCount} computed ${d.computed} ops ${d.ops()}`))
  for (const d of dfas) { d.slowCount = 0; d.computed = 0 }
}
