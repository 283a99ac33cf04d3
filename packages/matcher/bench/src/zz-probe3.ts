import { loadCorpus } from './corpus.ts'
import { patternsOf } from './patterns.ts'
import { compileMatcher } from '@midstream/matcher'
const corpus = loadCorpus()
const all = patternsOf(250)
const g = globalThis as any
g.__dfas = []
function states(ps: any[], text: string) {
  const m = compileMatcher(ps)
  const d = g.__dfas.at(-2)
  const s = m.open({ match() {}, overflow() {} })
  s.push(text.slice(0, 300000)); s.end()
  return [ps.length, d.states.length, d.computed]
}
function firstCount(p: any) {
  const m = compileMatcher([p]); const d = g.__dfas.at(-2)
  let n = 0
  for (let c = 33; c < 127; c++) { const s = m.open({match(){},overflow(){}}); if (s.push(' ' + String.fromCharCode(c)) < 2) n++ }
  return n
}
const fc = new Map(all.map(p => [p, firstCount(p)]))
for (const text of [corpus.english, corpus.code]) {
  console.log('all', states(all, text))
  for (const t of [4, 9, 11, 20, 40]) console.log('<=', t, states(all.filter(p=>fc.get(p)!<=t), text), '>', states(all.filter(p=>fc.get(p)!>t), text))
  console.log('<=4, 5..20, >20 ', states(all.filter(p=>fc.get(p)!<=4), text), states(all.filter(p=>fc.get(p)!>4&&fc.get(p)!<=20), text), states(all.filter(p=>fc.get(p)!>20), text))
  console.log('>20 w/o email', states(all.filter(p=>fc.get(p)!>20 && p.id !== 'pii/email'), text))
}
console.log('-----')
const wide = all.filter(p=>fc.get(p)!>20)
for (const text of [corpus.english, corpus.code]) {
for (const p of wide) console.log(fc.get(p), states([p], text), 'without', states(wide.filter(q=>q!==p), text), p.id, (p.regex ?? '').slice(0, 60), p.notAfter)
const stage = (ids: string[]) => states(wide.filter(p => ids.includes(p.id)), text)
}
