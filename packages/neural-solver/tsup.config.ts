import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/signals.ts'],
  format: 'esm',
  target: 'es2023',
  dts: false,
  clean: true,
  silent: true,
})
