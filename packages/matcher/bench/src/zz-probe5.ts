import { compileMatcher } from '@midstream/matcher'
for (const [label, ps] of [['none', []], ['lit', [{id:'a',literal:'xyzzy'}]], ['regex', [{id:'a',regex:'xyz+y'}]], ['2', [{id:'a',regex:'xyz+y'},{id:'b',regex:'[a-z][a-z]+@'}]]] as any) {
  const m = compileMatcher(ps)
  const text = 'hello '.repeat(4000)
  let best = Infinity
  for (let r = 0; r < 1000; r++) {
    const s = m.open({ match() {}, overflow() {} })
    const t = process.hrtime.bigint()
    s.push(text)
    best = Math.min(best, Number(process.hrtime.bigint() - t) / text.length)
    s.end()
  }
  console.log(label, best.toFixed(2))
}
let x = 0; const t = process.hrtime.bigint(); for (let i = 0; i < 1e8; i++) x = (x * 3 + i) | 0
console.log('chain of mul+add', Number(process.hrtime.bigint() - t) / 1e8, x)
