import { loadCorpus } from './corpus.ts'
import { patternsOf } from './patterns.ts'
import { compileMatcher } from '@midstream/matcher'
const corpus = loadCorpus()
const all = patternsOf(200)
const g = globalThis as any
g.__dfas = []
function states(ps: any[], text: string) {
  const m = compileMatcher(ps)
  const d = g.__dfas.at(-2)
  const s = m.open({ match() {}, overflow() {} })
  s.push(text.slice(0, 300000)); s.end()
  return [d.states.length, d.computed]
}
for (const text of [corpus.english, corpus.code]) {
  const base = states(all, text)
  console.log('all', base)
  const res = all.slice(0, 110).map((p) => [states([p], text), p.id] as any)
  res.sort((a, b) => b[0][0] - a[0][0])
  for (const r of res.slice(0, 22)) console.log(r[0].join(' '), r[1])
  console.log('vendors', states(all.filter(p=>p.id.startsWith('vendor')), text))
  console.log('without top 1', states(all.filter(p=>!res.slice(0,1).some((r:any)=>r[1]===p.id)), text))
  console.log('without top 2', states(all.filter(p=>!res.slice(0,2).some((r:any)=>r[1]===p.id)), text))
  console.log('without top 5', states(all.filter(p=>!res.slice(0,5).some((r:any)=>r[1]===p.id)), text))
  console.log('without top 10', states(all.filter(p=>!res.slice(0,10).some((r:any)=>r[1]===p.id)), text))
}
