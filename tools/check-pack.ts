// Packs every publishable package, lints the tarballs with publint, installs all of them into an empty folder
// with npm, and there imports, requires and type-checks every entry, as a consumer would, and runs and type-checks
// one example of each README.
//
//   node tools/check-pack.ts

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { isProgram, type Manifest, REPOSITORY, readJson, readWorkspace, report } from './workspace.ts'

const LICENCES = ['LICENSE-MIT', 'LICENSE-APACHE']
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

export interface PackedPackage {
  readonly name: string
  /** The tarball. */
  readonly file: string
}

/** Import names of the entries that a manifest exports; patterns and package.json aside. */
export function entryNames(manifest: Manifest): string[] {
  return Object.keys(manifest.exports ?? {})
    .filter((key) => !key.includes('*') && key !== './package.json')
    .map((key) => (key === '.' ? manifest.name : `${manifest.name}${key.slice(1)}`))
}

export interface Example {
  /** The file that it stands in. */
  readonly source: string
  readonly code: string
}

/** The first TypeScript example of a README that begins with an import of ours; undefined when it has none. */
export function firstExample(markdown: string): string | undefined {
  return /^```ts\n(import [^\n]* from '@midstream\/[\s\S]*?)^```$/m.exec(markdown)?.[1]
}

/**
 * What is wrong with the tarballs: lint, licences, install scripts, entries that do not load or type-check, and
 * examples that do not run or type-check with them.
 */
export async function checkTarballs(
  packed: readonly PackedPackage[],
  scratch: string,
  examples: readonly Example[] = [],
): Promise<string[]> {
  const violations: string[] = []
  const consumer = join(scratch, 'consumer')
  mkdirSync(consumer, { recursive: true })
  const siblings = Object.fromEntries(packed.map(({ name, file }) => [name, `file:${file}`]))
  writeJson(join(consumer, 'package.json'), {
    private: true,
    type: 'module',
    dependencies: siblings,
    // A sibling that is not on the registry yet must come from its tarball, however deep it is asked for.
    overrides: Object.fromEntries(packed.map(({ name }) => [name, `$${name}`])),
  })
  const npm = [
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const installed = run('npm', npm, consumer)
  if (installed !== undefined) return [`npm install of the tarballs: ${installed}`]

  const entries: string[] = []
  for (const { name, file } of packed) {
    const dir = join(consumer, 'node_modules', name)
    const manifest = readJson(join(dir, 'package.json')) as Manifest
    entries.push(...entryNames(manifest))
    violations.push(...checkContents(dir, manifest))
    const tarball = readFileSync(file)
    const buffer = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength)
    const lint = await publint({ pack: { tarball: buffer as ArrayBuffer }, strict: true, level: 'warning' })
    for (const message of lint.messages) {
      violations.push(`${name}: publint: ${formatMessage(message, manifest as never) ?? message.code}`)
    }
  }
  for (const entry of entries) {
    const quoted = JSON.stringify(entry)
    const imported = run(process.execPath, ['--input-type=module', '-e', `await import(${quoted})`], consumer)
    if (imported !== undefined) violations.push(`import ${entry}: ${imported}`)
    const required = run(process.execPath, ['--input-type=commonjs', '-e', `require(${quoted})`], consumer)
    if (required !== undefined) violations.push(`require ${entry}: ${required}`)
  }
  const sources = ['consumer.ts']
  for (const [index, { source, code }] of examples.entries()) {
    const file = `example-${index}.ts`
    sources.push(file)
    // The export makes a module of it, so that no two examples share a scope.
    writeFileSync(join(consumer, file), `${code}export {}\n`)
    const failed = run(process.execPath, [file], consumer)
    if (failed !== undefined) violations.push(`${source}: its example: ${failed}`)
  }
  const types = checkTypes(entries, sources, consumer)
  const named = (line: string): string =>
    line.replace(/example-(\d+)\.ts/, (_, index: string) => examples[Number(index)]!.source)
  return [...violations, ...types.map(named)]
}

function checkContents(dir: string, manifest: Manifest): string[] {
  const bad: string[] = []
  for (const licence of LICENCES) {
    if (!existsSync(join(dir, licence))) bad.push(`${manifest.name}: ${licence} is not in the tarball`)
  }
  if (!existsSync(join(dir, 'README.md'))) bad.push(`${manifest.name}: README.md is not in the tarball`)
  for (const script of INSTALL_SCRIPTS) {
    if (manifest.scripts?.[script] !== undefined) bad.push(`${manifest.name}: has the script ${script}`)
  }
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (/^(?:workspace|catalog|link|file):/.test(range)) bad.push(`${manifest.name}: needs ${name}@${range}`)
  }
  return bad
}

function checkTypes(entries: readonly string[], sources: readonly string[], consumer: string): string[] {
  const lines = entries.map((entry, i) => `import * as entry${i} from ${JSON.stringify(entry)}`)
  const uses = entries.map((_, i) => `entry${i}`).join(', ')
  writeFileSync(join(consumer, 'consumer.ts'), `${lines.join('\n')}\nconsole.log(${uses})\n`)
  const nodeTypes = ['--typeRoots', join(REPOSITORY, 'node_modules/@types'), '--types', 'node']
  const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', ...nodeTypes]
  const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
  const result = spawnSync(process.execPath, [tsc, ...flags, '--pretty', 'false', ...sources], {
    cwd: consumer,
    encoding: 'utf8',
  })
  if (result.status === 0) return []
  // Declarations of packages from outside are their authors' affair; what they make of ours is not.
  const ours = result.stdout
    .split('\n')
    .filter(
      (line) =>
        /^(?:consumer\.ts|example-\d+\.ts|node_modules\/@midstream\/)/.test(line) || /^error /.test(line),
    )
  return ours.map((line) => `types: ${line}`)
}

/** Undefined when the command succeeds, else the end of what it said. */
function run(command: string, args: readonly string[], cwd: string): string | undefined {
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 300_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status === 0) return undefined
  return (result.error?.message ?? `${result.stdout}${result.stderr}`)
    .trim()
    .split('\n')
    .slice(-12)
    .join('\n')
}

function packAll(scratch: string): PackedPackage[] {
  const failed = run(join(REPOSITORY, 'node_modules/.bin/turbo'), ['run', 'build'], REPOSITORY)
  if (failed !== undefined) throw new Error(`build: ${failed}`)
  const publishable = readWorkspace(REPOSITORY).filter(({ manifest }) => manifest.private !== true)
  return publishable.map(({ dir, manifest }) => {
    const target = join(scratch, manifest.name.replace('/', '-'))
    const error = run('pnpm', ['pack', '--pack-destination', target], join(REPOSITORY, dir))
    if (error !== undefined) throw new Error(`pnpm pack in ${dir}: ${error}`)
    const file = readdirSync(target).find((name) => name.endsWith('.tgz'))
    if (file === undefined) throw new Error(`pnpm pack in ${dir} left no tarball`)
    return { name: manifest.name, file: join(target, file) }
  })
}

/** One example of the root's README and of each published package's that has one. */
function readExamples(): Example[] {
  const published = readWorkspace(REPOSITORY).filter(({ manifest }) => manifest.private !== true)
  return ['.', ...published.map(({ dir }) => dir)].flatMap((dir) => {
    const source = join(dir, 'README.md')
    const code = firstExample(readFileSync(join(REPOSITORY, source), 'utf8'))
    return code === undefined ? [] : [{ source, code }]
  })
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

if (isProgram(import.meta.url)) {
  const scratch = mkdtempSync(join(tmpdir(), 'midstream-pack-'))
  try {
    const packed = packAll(scratch)
    const examples = readExamples()
    report(
      'check-pack',
      await checkTarballs(packed, scratch, examples),
      `${packed.length} tarballs install, load and type, ${examples.length} examples run`,
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
