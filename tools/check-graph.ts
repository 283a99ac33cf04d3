// Compares what the packages declare and import with the one table of allowed edges below.
//
//   node tools/check-graph.ts [root]

import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { importSpecifiers } from './import-specifiers.ts'
import {
  isProgram,
  listFiles,
  type Manifest,
  REPOSITORY,
  readWorkspace,
  report,
  type WorkspacePackage,
} from './workspace.ts'

interface Allowed {
  /** Workspace packages that it may import, by short name; `*` stands for every package below packages/. */
  readonly edges: readonly string[]
  /** Runtime dependencies from outside. A new one is a visible line here. */
  readonly thirdParty: readonly string[]
}

/** The table. An edge that is not here needs a decision record (docs/decisions) first. */
export const ALLOWED: Readonly<Record<string, Allowed>> = {
  core: { edges: [], thirdParty: [] },
  matcher: { edges: ['core'], thirdParty: [] },
  stream: { edges: ['core'], thirdParty: [] },
  'temporal-compare': { edges: ['core'], thirdParty: [] },
  scheduler: { edges: ['core'], thirdParty: ['piscina'] },
  attractor: { edges: ['core'], thirdParty: [] },
  'neural-solver': { edges: ['core'], thirdParty: [] },
  'strange-loop': { edges: ['core'], thirdParty: [] },
  quic: { edges: ['core'], thirdParty: [] },
  'aimds-core': { edges: ['core'], thirdParty: [] },
  'aimds-detection': {
    edges: ['core', 'aimds-core', 'matcher', 'temporal-compare', 'scheduler'],
    thirdParty: [],
  },
  'aimds-analysis': {
    edges: ['core', 'aimds-core', 'attractor', 'neural-solver', 'temporal-compare'],
    thirdParty: [],
  },
  'aimds-response': { edges: ['core', 'aimds-core', 'strange-loop'], thirdParty: [] },
  // Test code throughout: vitest is what its suites are written in. Its edge to test-kit is decision 0006.
  conformance: { edges: ['core', 'test-kit'], thirdParty: ['vitest', 'fast-check'] },
  'test-kit': { edges: ['core'], thirdParty: ['fast-check'] },
  gateway: { edges: ['*'], thirdParty: ['pino', 'prom-client', 'smol-toml', 'undici', 'zod'] },
  // An app that may import an app: decision 0006.
  cli: { edges: ['*', 'gateway'], thirdParty: ['smol-toml', 'zod'] },
}

/** Allowed as devDependencies of every package but core, which they are built on. */
const DEV_ONLY = ['conformance', 'test-kit']
const SCOPE = '@midstream/'

/** Everything in the workspace at `root` that the table or the import rules refuse. Empty when all is well. */
export function checkGraph(root: string): string[] {
  const packages = readWorkspace(root)
  const known = new Map(packages.map((pkg) => [pkg.manifest.name, pkg]))
  const violations = packages.flatMap((pkg) => [
    ...checkDeclared(pkg, known),
    ...checkImports(root, pkg, packages, known),
  ])
  return [...violations, ...findCycles(packages)]
}

/** The rules of one package; undefined when the table does not know it. */
function rulesFor(pkg: WorkspacePackage): Allowed | undefined {
  // The root holds tools only. Benchmarks are private and imported by nobody: they compare whatever they need.
  if (pkg.dir === '') return { edges: [], thirdParty: [] }
  if (pkg.dir.endsWith('/bench')) return { edges: ['*', 'gateway', 'cli'], thirdParty: ['*'] }
  return ALLOWED[posix.basename(pkg.dir)]
}

function checkDeclared(pkg: WorkspacePackage, known: ReadonlyMap<string, WorkspacePackage>): string[] {
  const where = pkg.dir === '' ? 'package.json' : `${pkg.dir}/package.json`
  const rules = rulesFor(pkg)
  if (rules === undefined) return [`${where}: ${pkg.manifest.name} is not in the table of allowed edges`]
  const bad: string[] = []
  for (const name of Object.keys(runtimeDependencies(pkg.manifest))) {
    if (!name.startsWith(SCOPE)) {
      if (!rules.thirdParty.includes(name) && !rules.thirdParty.includes('*')) {
        bad.push(`${where}: third-party runtime dependency ${name} is not allowed here`)
      }
    } else if (!edgeAllowed(rules, known.get(name), false, pkg)) {
      bad.push(`${where}: ${pkg.manifest.name} may not depend on ${name}`)
    }
  }
  for (const name of Object.keys(pkg.manifest.devDependencies ?? {})) {
    if (name.startsWith(SCOPE) && !edgeAllowed(rules, known.get(name), true, pkg)) {
      bad.push(`${where}: ${pkg.manifest.name} may not depend on ${name}, not even for development`)
    }
  }
  return bad
}

function edgeAllowed(
  rules: Allowed,
  target: WorkspacePackage | undefined,
  dev: boolean,
  from: WorkspacePackage,
): boolean {
  if (target === undefined) return false
  const short = posix.basename(target.dir)
  if (rules.edges.includes(short)) return true
  if (DEV_ONLY.includes(short)) {
    const isTestCode = dev || from.dir.endsWith('/bench')
    return isTestCode && from.dir !== 'packages/core' && from.dir !== ''
  }
  return rules.edges.includes('*') && target.dir.startsWith('packages/')
}

function checkImports(
  root: string,
  pkg: WorkspacePackage,
  packages: readonly WorkspacePackage[],
  known: ReadonlyMap<string, WorkspacePackage>,
): string[] {
  const bad: string[] = []
  for (const file of sourceFiles(root, pkg, packages)) {
    for (const { specifier, line } of importSpecifiers(file, readFileSync(join(root, file), 'utf8'))) {
      const problem = checkSpecifier(specifier, file, pkg, packages, known)
      if (problem !== undefined) bad.push(`${file}:${line}: ${problem}`)
    }
  }
  return bad
}

function checkSpecifier(
  specifier: string,
  file: string,
  pkg: WorkspacePackage,
  packages: readonly WorkspacePackage[],
  known: ReadonlyMap<string, WorkspacePackage>,
): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = posix.join(posix.dirname(file), specifier)
    const to = specifier.startsWith('/') || target.startsWith('..') ? undefined : owner(target, packages)
    // Benchmark fixtures are verified by the tests of the package that is measured.
    const ownBench = to?.dir === `${pkg.dir}/bench` && !isShipped(file, pkg)
    return to === pkg || ownBench ? undefined : `import of ${specifier} leaves the package`
  }
  if (isBuiltin(specifier) || specifier.startsWith('#')) return undefined
  const name = packageName(specifier)
  const runtime = name in runtimeDependencies(pkg.manifest)
  const dev = name in (pkg.manifest.devDependencies ?? {})
  const self = name === pkg.manifest.name
  if (!runtime && !dev && !self) return `import of ${specifier}, which package.json does not declare`
  if (dev && !runtime && isShipped(file, pkg)) {
    return `import of ${specifier}, a development dependency, from code that is published`
  }
  const target = known.get(name)
  if (target === undefined) return undefined
  const entry = `.${specifier.slice(name.length)}`
  return entry in (target.manifest.exports ?? {}) ? undefined : `${specifier} is not an entry of ${name}`
}

function runtimeDependencies(manifest: Manifest): Readonly<Record<string, string>> {
  return { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }
}

/** Code that a consumer gets: below src, and not a test. Tests, evaluations and configs stay at home. */
function isShipped(file: string, pkg: WorkspacePackage): boolean {
  return file.startsWith(`${pkg.dir}/src/`) && !/\.(test|test-d|bench)\.[cm]?tsx?$/.test(file)
}

function sourceFiles(root: string, pkg: WorkspacePackage, packages: readonly WorkspacePackage[]): string[] {
  return listFiles(root, pkg.dir).filter(
    (file) => /\.(?:[cm]?[jt]s|[jt]sx)$/.test(file) && owner(file, packages) === pkg,
  )
}

/** The package whose folder is the nearest above `file`. */
function owner(file: string, packages: readonly WorkspacePackage[]): WorkspacePackage | undefined {
  let best: WorkspacePackage | undefined
  for (const pkg of packages) {
    const inside = pkg.dir === '' || file === pkg.dir || file.startsWith(`${pkg.dir}/`)
    if (inside && (best === undefined || pkg.dir.length > best.dir.length)) best = pkg
  }
  return best
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Cycles among declared dependencies of every kind, each named once. */
function findCycles(packages: readonly WorkspacePackage[]): string[] {
  const edges = new Map(
    packages.map(({ manifest }) => [
      manifest.name,
      Object.keys({ ...runtimeDependencies(manifest), ...manifest.devDependencies }),
    ]),
  )
  const done = new Set<string>()
  const cycles: string[] = []
  function walk(name: string, path: readonly string[]): void {
    const at = path.indexOf(name)
    if (at >= 0) cycles.push(`cycle: ${[...path.slice(at), name].join(' -> ')}`)
    if (at >= 0 || done.has(name)) return
    for (const next of edges.get(name) ?? []) if (edges.has(next)) walk(next, [...path, name])
    done.add(name)
  }
  for (const name of edges.keys()) walk(name, [])
  return cycles
}

if (isProgram(import.meta.url)) {
  const root = process.argv[2] ?? REPOSITORY
  report('check-graph', checkGraph(root), `${readWorkspace(root).length} packages, every edge allowed`)
}
