#!/usr/bin/env node
import process from 'node:process'
import { runCli } from './cli.ts'
import { EXIT_BROKEN_PIPE, EXIT_INTERNAL, EXIT_USAGE } from './io.ts'
import { nodeComplaint } from './package-version.ts'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that goes away, such as `head`, ends the program quietly. 0 would say that nothing was found.
  if (error.code === 'EPIPE') process.exit(EXIT_BROKEN_PIPE)
  process.stderr.write(`midstream: cannot write the output: ${error.message}\n`)
  process.exit(EXIT_INTERNAL)
})
// Nobody reads the messages; the status still says what happened.
process.stderr.on('error', () => {})

const complaint = nodeComplaint(process.versions.node)
if (complaint !== undefined) {
  process.stderr.write(`midstream: ${complaint}\n`)
  process.exit(EXIT_USAGE)
}
process.exitCode = await runCli(process.argv.slice(2), process)
