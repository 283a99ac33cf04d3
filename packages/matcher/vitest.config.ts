import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'matcher',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // The brute-force oracles of the properties take seconds on a busy machine.
    testTimeout: 60_000,
  },
})
