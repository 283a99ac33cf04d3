import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * Writes files into a new temporary folder, for tests that plant violations. Values that are not strings are
 * written as JSON. The folder goes when `using` leaves its scope.
 */
export function plant(files: Readonly<Record<string, unknown>>): Disposable & { readonly root: string } {
  const root = mkdtempSync(join(tmpdir(), 'midstream-tools-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) }
}
