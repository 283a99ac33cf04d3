#!/usr/bin/env node
import process from 'node:process'
import { runCli } from './cli.ts'

// A reader that goes away, such as `head`, ends the program quietly, as the shell's own programs do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await runCli(process.argv.slice(2), process)
