import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One process for all packages: isolation per file costs three times the run time and no test needs it.
    pool: 'threads',
    isolate: false,
    projects: ['packages/*', 'apps/*'],
    reporters: process.env['CI'] ? ['dot'] : ['default'],
  },
})
