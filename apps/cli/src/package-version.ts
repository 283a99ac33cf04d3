import { readFileSync } from 'node:fs'

interface Manifest {
  readonly version: string
  readonly engines: { readonly node: string }
}

/** The package.json of this package, which stands one folder up from source and build. */
function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest
}

/** The version of this package. */
export function packageVersion(): string {
  return manifest().version
}

/** Why this package cannot run on a version of Node such as `20.1.0`; undefined when it can. npm only warns. */
export function nodeComplaint(running: string): string | undefined {
  const least = Number(/\d+/.exec(manifest().engines.node)![0])
  return Number.parseInt(running, 10) >= least
    ? undefined
    : `needs Node ${least} or newer, this is ${running}`
}
