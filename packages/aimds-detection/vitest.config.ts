import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'aimds-detection', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
