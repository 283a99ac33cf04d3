import process from 'node:process'
import { settingsHelp } from './config-help.ts'
import { complaint, runGateway } from './run.ts'

const USAGE = `Usage: npm start -- [--config FILE] [--host HOST] [--port PORT] [--SECTION.KEY VALUE ...]

Settings come from flags, then environment (MIDSTREAM_SECTION__KEY), then the file (TOML or JSON), then defaults.
OPENAI_API_KEY and ANTHROPIC_API_KEY turn the providers on. SIGHUP reloads the streaming limits.

`

const { argv, env, stdout, stderr } = process
if (argv.includes('--help') || argv.includes('-h')) {
  stdout.write(USAGE + settingsHelp())
} else {
  try {
    await runGateway({ argv: argv.slice(2), env, stdout, stderr })
    process.exit(0)
  } catch (error) {
    stderr.write(complaint(error))
    process.exitCode = 2
  }
}
