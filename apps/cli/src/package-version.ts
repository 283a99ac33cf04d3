import { readFileSync } from 'node:fs'

/** The version of this package, read from its package.json, which stands one folder up from source and build. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
