import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Texts of the lock file's packages: the same for everyone who installed this repository. */
export interface Corpus {
  readonly english: string
  readonly code: string
}

const CHARS = 1_000_000

function packageFolder(name: string): string {
  return dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)))
}

/** English: the doc comments of @types/node, which are the Node.js manual. Code: the built vitest. */
export function loadCorpus(): Corpus {
  const types = packageFolder('@types/node')
  let english = ''
  for (const file of readdirSync(types).sort()) {
    if (!file.endsWith('.d.ts')) continue
    for (const [, comment] of readFileSync(join(types, file), 'utf8').matchAll(/\/\*\*(.*?)\*\//gs)) {
      english += `${comment!.replace(/^\s*\* ?/gm, '').trim()}\n\n`
    }
  }
  const dist = join(packageFolder('vitest'), 'dist', 'chunks')
  let code = ''
  for (const file of readdirSync(dist).sort()) {
    if (file.endsWith('.js') && code.length < CHARS) code += readFileSync(join(dist, file), 'utf8')
  }
  return { english: english.slice(0, CHARS), code: code.slice(0, CHARS) }
}

/** Pieces of `size` code units. */
export function pieces(text: string, size: number): string[] {
  const out: string[] = []
  for (let i = 0; i < text.length; i += size) out.push(text.slice(i, i + size))
  return out
}

/** Words with the blank before them, as tokenizers of language models cut them. */
export function tokens(text: string): string[] {
  return text.match(/\s?[A-Za-z]{1,8}|\s?[0-9]{1,3}|\s+|[^\sA-Za-z0-9]{1,3}/g) ?? []
}
