import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'attractor', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
