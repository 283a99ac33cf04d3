// pnpm --filter neural-solver-bench bench [--rounds N]
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import {
  analyzePolicies,
  compileMonitor,
  createPolicyMonitor,
  evaluate,
  parseFormula,
  satisfiable,
  type TraceEvent,
} from '@midstream/neural-solver'
import { measure, once, type Row, type Task } from './measure.ts'
import { agentEvents, conditionEvents, manyPolicies, TEN_POLICIES } from './policies.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } })
const rounds = Number(values.rounds)
let sink = 0

/** One stream of events through a warm set of rules. */
function setTask(
  name: string,
  rules: readonly { id: string; formula: string }[],
  events: readonly TraceEvent[],
): Task {
  const monitor = createPolicyMonitor(rules)
  return {
    name,
    items: events.length,
    run() {
      for (const event of events) if (monitor.push(event) === 'false') sink++
    },
  }
}

function monitorTask(name: string, formula: string, events: readonly TraceEvent[]): Task {
  const monitor = compileMonitor(formula)
  return {
    name,
    items: events.length,
    run() {
      const session = monitor.open()
      for (const event of events) if (session.push(event) === 'false') sink++
    },
  }
}

/** Windows in time that look ahead: deadlines instead of a table. One event per second. */
function timedTask(formula: string, events: readonly TraceEvent[]): Task {
  const monitor = compileMonitor(formula)
  return {
    name: formula,
    items: events.length,
    run() {
      const session = monitor.open()
      events.forEach((event, i) => {
        if (session.push(event, i * 1000) === 'false') sink++
      })
    },
  }
}

/** What is commonly done instead: the formula is evaluated on the whole trace again at each event. */
function againTask(name: string, formula: string, events: readonly TraceEvent[]): Task {
  const parsed = parseFormula(formula)
  return {
    name,
    items: events.length,
    run() {
      for (let n = 1; n <= events.length; n++) if (!evaluate(parsed, events.slice(0, n))[0]) sink++
    },
  }
}

const agents = agentEvents(10_000, 1)
const repeating = conditionEvents(5000, 200, 2)
const varied = conditionEvents(5000, 5000, 3)
const response = 'G (question -> F answer)'

/** None of them is ever decided on these events, so each event is a step. */
const past = [
  'G (tool == "send_email" -> Y approved)',
  'G (secret -> (!answer S question))',
  'G (closed -> O[0,3] confirm)',
]
const NESTED: Record<string, string> = {
  'F and G': `${'F (approved & G (confirm -> '.repeat(10)}approved${'))'.repeat(10)}`,
  'U to the right': `${'approved U (confirm & X '.repeat(10)}approved${')'.repeat(10)}`,
  'U to the left': `${'('.repeat(20)}approved${' U confirm)'.repeat(20)}`,
  X: `G (secret -> ${'X '.repeat(20)}approved)`,
  past: `G (secret -> ${'O (confirm & Y '.repeat(10)}approved${')'.repeat(10)})`,
}

// Before the others: with one set of rules, which most processes have, the engine specialises its code.
const alone = measure([setTask('10 rules, alone in the process', TEN_POLICIES, agents)], rounds)
const main = measure(
  [
    setTask('10 rules, beside other monitors', TEN_POLICIES, agents),
    setTask('1000 rules, 200 kinds of events', manyPolicies(1000, 4), repeating),
    setTask('1000 rules, every event different', manyPolicies(1000, 4), varied),
    monitorTask('one rule: response', response, agents),
    ...past.map((formula) => monitorTask(formula, formula, agents)),
    setTask(
      '10 past rules together',
      Array.from({ length: 10 }, (_, i) => ({
        id: `${i}`,
        formula: past[i % 3]!.replace('confirm', i > 5 ? 'review' : 'confirm'),
      })),
      agents,
    ),
    timedTask('G (question -> F[0,60s] answer)', agents),
  ],
  rounds,
)
const growth = measure(
  [250, 500, 1000, 2000].flatMap((n) => [
    monitorTask(`monitor, ${n} events`, response, agents.slice(0, n)),
    againTask(`evaluated again at each event, ${n} events`, response, agents.slice(0, n)),
  ]),
  Math.min(rounds, 5),
)

const vectors = JSON.parse(
  readFileSync(new URL('../../test-vectors/ltl3-monitors.json', import.meta.url), 'utf8'),
) as { dwyer: { f: string }[] }
const dwyer = vectors.dwyer.map(({ f }) => f.replace(/[FGX]+(?=[!p(])/g, (run) => `${[...run].join(' ')} `))
const patternRows = dwyer.map((formula) =>
  once(
    formula,
    () => {
      if (satisfiable(formula).answer === 'yes') sink++
    },
    1,
  ),
)
const slowest = patternRows.reduce((a, b) => (b.median > a.median ? b : a))
const certified = once('slowest refutation: all 55 patterns and their negation, with certificates', () => {
  for (const formula of dwyer) satisfiable(`(${formula}) & !(${formula})`).certificate()
})
const twenty = [
  ...TEN_POLICIES,
  ...TEN_POLICIES.map(({ id, formula }) => ({
    id: `${id}-2`,
    formula: formula.replace(/\b(?!F\b|G\b|U\b)([a-z_]+)\b(?!")/g, '$1_2'),
  })),
]
const nestedRows = Object.entries(NESTED).map(([name, formula]) =>
  once(`20 nested operators (${name}): compile and 10,000 events`, () => {
    const session = compileMonitor(formula).open()
    for (const event of agents) if (session.push(event) === 'false') sink++
  }),
)
const setRows = [
  ...nestedRows,
  once('20 rules together: satisfiable', () => {
    if (satisfiable(twenty.map(({ formula }) => `(${formula})`).join(' & ')).answer === 'yes') sink++
  }),
  once('10 rules: full analysis', () => {
    sink += analyzePolicies(TEN_POLICIES).findings.length
  }),
  once('20 rules: full analysis', () => {
    sink += analyzePolicies(twenty).findings.length
  }),
  once('20 rules with a conflict: minimal subset', () => {
    sink += analyzePolicies([...twenty, { id: 'must', formula: 'F secret' }]).findings.length
  }),
]

const ten = createPolicyMonitor(TEN_POLICIES)
for (const event of agents) ten.push(event)
const thousand = createPolicyMonitor(manyPolicies(1000, 4))
for (const event of repeating) thousand.push(event)
const blowUp = [4, 8, 10].map((n) => {
  const monitor = compileMonitor(`G (a -> ${'X '.repeat(n)}b)`, { maxStates: 1 << 14, trace: 'infinite' })
  return { n, states: monitor.analyze().states, bytes: monitor.bytes() }
})

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  v8: process.versions.v8,
}
const print =
  (unit: string) =>
  (row: Row): void => {
    console.log(
      `  ${row.name.padEnd(60)} ${row.median.toFixed(1).padStart(9)} ${unit} (${row.min.toFixed(1)}-${row.max.toFixed(1)})`,
    )
  }
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`)
console.log('CPU time per event: median (min-max)')
for (const row of [...alone, ...main]) print('ns')(row)
console.log('cost growth, per event')
growth.forEach(print('ns'))
console.log('decision procedure')
print('ms')({ ...slowest, name: `slowest of Dwyer's 55: ${slowest.name.slice(0, 34)}` })
print('ms')(certified)
setRows.forEach(print('ms'))
console.log(`memory: 10 rules ${ten.bytes()} bytes, 1000 rules ${thousand.bytes()} bytes`)
for (const { n, states, bytes } of blowUp)
  console.log(`  G (a -> X^${n} b): ${states} states, ${bytes} bytes`)
console.log(`(checksum ${sink})`)

const ns = (row: Row): string[] => [
  row.name,
  `${row.median.toFixed(1)} ns (${row.min.toFixed(1)}-${row.max.toFixed(1)})`,
]
const ms = (row: Row): string[] => [
  row.name,
  `${row.median.toFixed(2)} ms (${row.min.toFixed(2)}-${row.max.toFixed(2)})`,
]
const result = {
  id: 'neural-solver',
  machine,
  command: 'pnpm --filter neural-solver-bench bench',
  date: new Date().toISOString().slice(0, 10),
  columns: ['what', 'median (min-max)'],
  rows: [
    ...alone.map(ns),
    ...main.map(ns),
    ...[...growth.slice(2, 4), ...growth.slice(6)].map(ns),
    ms({ ...slowest, name: "slowest of Dwyer's 55 patterns: satisfiable" }),
    ...setRows.map(ms),
    ['memory of the tables, 10 rules', `${ten.bytes()} bytes`],
    ['memory of the tables, 1000 rules', `${thousand.bytes()} bytes`],
  ],
}
writeFileSync(new URL('../results.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`)
