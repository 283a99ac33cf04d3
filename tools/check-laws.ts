// Every law has a passing test that carries its id, and no test carries an id that is not a law.
//
//   node tools/check-laws.ts [report.json]
//
// The laws are the ids in the first column of the table in docs/ARCHITECTURE.md and of the tables (or the heads
// of the list items) in each package's INVARIANTS.md. The report is vitest's JSON. Without one the report of the
// last `npm test` is used when nothing was edited since; otherwise the tests run first.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isProgram, listFiles, REPOSITORY, readJson, readWorkspace, report } from './workspace.ts'

export interface TestOutcome {
  readonly title: string
  readonly status: string
}

const PROJECT_LAWS = 'docs/ARCHITECTURE.md'

/**
 * Law ids with the file that states each. A package may say what a law of the project means for it. Throws when
 * two packages state the same law of their own.
 */
export function readLaws(root: string): Map<string, string> {
  const sources = [
    PROJECT_LAWS,
    ...readWorkspace(root).map(({ dir }) => (dir === '' ? 'INVARIANTS.md' : `${dir}/INVARIANTS.md`)),
  ].filter((file) => existsSync(join(root, file)))
  const laws = new Map<string, string>()
  for (const file of sources) {
    for (const id of lawIds(readFileSync(join(root, file), 'utf8'))) {
      const other = laws.get(id)
      if (other === PROJECT_LAWS && file !== PROJECT_LAWS) continue
      if (other !== undefined) throw new Error(`law ${id} is stated in ${other} and in ${file}`)
      laws.set(id, file)
    }
  }
  return laws
}

/** The ids that a page states: `| I-1 no leak | …`, `- **I-1** …`, `- I-1: …`, `## I-1 …`. */
export function lawIds(markdown: string): string[] {
  const stated = /^(?:(?:\|\s*|#+\s+)(?:\*\*|`)?|[-*]\s+(?:\*\*|`|(?=[A-Z]+-\d+:)))([A-Z]{1,5}-\d+)\b/gm
  return [...markdown.matchAll(stated)].map((match) => match[1]!)
}

/** The ids at the start of a test's name: `I-1 I-2 …` and `I-1, BD-02: …` give two each. */
export function leadingIds(title: string): string[] {
  const ids: string[] = []
  let rest = title
  for (;;) {
    const match = /^\s*(?:[,+/&]|and\b)?\s*([A-Z]{1,5}-\d+)\b/.exec(rest)
    if (match === null) return ids
    ids.push(match[1]!)
    rest = rest.slice(match[0].length)
  }
}

/**
 * Compares laws with test outcomes. Ids whose letters no law uses (the rows of an acceptance list, say) are
 * none of our business; an id with a law's letters and no law behind it is a violation.
 */
export function checkLaws(laws: ReadonlyMap<string, string>, tests: readonly TestOutcome[]): string[] {
  const families = new Set([...laws.keys()].map((id) => id.split('-')[0]!))
  const passed = new Set<string>()
  const seen = new Map<string, Set<string>>()
  const violations: string[] = []
  for (const { title, status } of tests) {
    for (const id of leadingIds(title)) {
      if (!families.has(id.split('-')[0]!)) continue
      if (!laws.has(id)) violations.push(`test "${title}" names ${id}, which is not a law`)
      if (status === 'passed') passed.add(id)
      else seen.set(id, (seen.get(id) ?? new Set()).add(status))
    }
  }
  for (const [id, file] of laws) {
    if (passed.has(id)) continue
    const others = seen.get(id)
    const why = others === undefined ? 'no test' : `only tests that are ${[...others].join(', ')}`
    violations.push(`law ${id} (${file}) has ${why}`)
  }
  return violations
}

/** The tests of a vitest JSON report. */
export function readReport(path: string): TestOutcome[] {
  const { testResults } = readJson(path) as { testResults: { assertionResults: TestOutcome[] }[] }
  return testResults.flatMap(({ assertionResults }) => assertionResults)
}

function freshReport(root: string): string {
  const path = join(root, '.tools/test-report.json')
  const edited = ['packages', 'apps', 'tools', 'docs']
    .flatMap((dir) => listFiles(root, dir))
    .some((file) => !existsSync(path) || statSync(join(root, file)).mtimeMs > statSync(path).mtimeMs)
  if (edited) {
    console.log('check-laws: no test report newer than the sources; running the tests')
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${path}`]
    const run = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    if (run.status !== 0) throw new Error('the tests fail')
  }
  return path
}

if (isProgram(import.meta.url)) {
  const laws = readLaws(REPOSITORY)
  const tests = readReport(process.argv[2] ?? freshReport(REPOSITORY))
  report('check-laws', checkLaws(laws, tests), `${laws.size} laws, each with a passing test`)
}
