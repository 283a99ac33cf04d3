import process from 'node:process'
import { complaint, runGateway } from './run.ts'

const USAGE = `Usage: midstream-gateway [--config FILE] [--host HOST] [--port PORT] [--SECTION.KEY VALUE ...]

Settings come from flags, then environment (MIDSTREAM_SECTION__KEY), then the file (TOML or JSON), then defaults.
OPENAI_API_KEY and ANTHROPIC_API_KEY turn the providers on. SIGHUP reloads the streaming limits.
`

const { argv, env, stdout, stderr } = process
if (argv.includes('--help')) {
  stdout.write(USAGE)
} else {
  try {
    await runGateway({ argv: argv.slice(2), env, stdout, stderr })
    process.exit(0)
  } catch (error) {
    stderr.write(complaint(error))
    process.exitCode = 2
  }
}
