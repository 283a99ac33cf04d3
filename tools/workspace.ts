// The workspace as the checks see it: every package.json below packages/ and apps/, and the root's own.

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly private?: boolean
  readonly bin?: string | Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface WorkspacePackage {
  /** Folder relative to the root, with slashes; '' for the root package. */
  readonly dir: string
  readonly manifest: Manifest
}

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.turbo', '.tools', '.git'])

/** The root package first, then the packages of the two workspace folders and their benchmarks, by folder. */
export function readWorkspace(root: string): WorkspacePackage[] {
  const dirs = ['']
  for (const top of ['packages', 'apps']) {
    for (const name of existsSync(join(root, top)) ? readdirSync(join(root, top)).sort() : []) {
      dirs.push(`${top}/${name}`, `${top}/${name}/bench`)
    }
  }
  return dirs
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .map((dir) => ({ dir, manifest: readJson(join(root, dir, 'package.json')) as Manifest }))
}

/** Files below `dir`, relative to `root` with slashes, without what tools generate. */
export function listFiles(root: string, dir: string): string[] {
  const files: string[] = []
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = dir === '' ? entry.name : `${dir}/${entry.name}`
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) files.push(...listFiles(root, path))
    } else if (entry.isFile()) files.push(path)
  }
  return files
}

export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`cannot read ${path}`, { cause: error })
  }
}

/** Prints what a check found and sets the exit status of the process. */
export function report(check: string, violations: readonly string[], whenClean: string): void {
  for (const violation of violations) console.error(`${check}: ${violation}`)
  if (violations.length === 0) console.log(`${check}: ${whenClean}`)
  else process.exitCode = 1
}

/** Root of the repository these tools belong to. */
export const REPOSITORY: string = dirname(dirname(fileURLToPath(import.meta.url)))

/** True when the module with this `import.meta.url` is the program. Node 22 has no `import.meta.main`. */
export function isProgram(moduleUrl: string): boolean {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl)
}
