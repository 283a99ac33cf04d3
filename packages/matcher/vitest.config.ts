import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'matcher', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] } })
