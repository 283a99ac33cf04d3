import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'strange-loop', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
