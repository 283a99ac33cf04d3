import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'temporal-compare', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
