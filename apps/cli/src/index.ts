export { runCli } from './cli.ts'
export type { CliIo, CliOutput } from './io.ts'
