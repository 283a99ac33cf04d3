import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// One worker with one module registry for the packages: isolation per file costs three times the run time and
// none of their tests needs it. The apps and tools start processes and set environment variables: they keep it.
const shared = readdirSync(new URL('packages', import.meta.url)).map((name) => ({
  extends: `./packages/${name}/vitest.config.ts`,
  root: `./packages/${name}`,
  test: { name, pool: 'threads' as const, isolate: false },
}))

export default defineConfig({ test: { projects: [...shared, 'apps/*', 'tools'] } })
