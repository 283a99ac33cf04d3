import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/main.ts'],
  format: 'esm',
  target: 'es2023',
  dts: false,
  clean: true,
  silent: true,
  // The dashboard's files are read at run time, from beside the program.
  onSuccess: 'cp -R src/dashboard/static dist/',
})
