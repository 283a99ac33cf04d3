import { parseArgs } from 'node:util'
import { type CliIo, UsageError } from './io.ts'
import { packageVersion } from './package-version.ts'

export type CommandName = 'scan' | 'replay' | 'serve'

interface Command {
  readonly usage: string
  readonly summary: string
  readonly details: string
  readonly options: Readonly<Record<string, { type: 'boolean' | 'string'; short?: string }>>
  /** What the help adds to `details`, from what the command runs. */
  moreHelp?(): Promise<string>
  /** Runs the command with its arguments, its own name taken out. Resolves with the exit status. */
  run(args: readonly string[], io: CliIo): Promise<number>
}

const scanOptions = {
  text: { type: 'string' },
  stdin: { type: 'boolean' },
  json: { type: 'boolean' },
  sarif: { type: 'boolean' },
} as const

const replayOptions = {
  protocol: { type: 'string' },
  speed: { type: 'string' },
  json: { type: 'boolean' },
  list: { type: 'boolean' },
} as const

// The commands import what they run when they run: --help and --version stay quick.
export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  scan: {
    usage: 'midstream scan [--json | --sarif] [--text TEXT] [--stdin] [FILE ...]',
    summary: 'Finds personal data and secrets in texts.',
    details: `  --text TEXT   scans TEXT
  --stdin       scans the standard input
  --json        prints one JSON document
  --sarif       prints a SARIF 2.1.0 log

Prints rule, severity and place of each finding and its line, with everything found in it masked. Columns count
UTF-16 code units from 1. Files are only read.

Exit status: 0 nothing found; 1 findings below high severity; 3 high; 4 critical; 2 a wrong call, or an input that
cannot be read.`,
    options: scanOptions,
    async run(args, io) {
      const { values, positionals } = parseArgs({
        args: [...args],
        options: scanOptions,
        allowPositionals: true,
      })
      if (values.json && values.sarif) throw new UsageError('scan: --json and --sarif exclude each other')
      const format = values.json ? 'json' : values.sarif ? 'sarif' : 'text'
      const { runScan } = await import('./scan.ts')
      const { stdin = false, text } = values
      return runScan({ files: positionals, stdin, text, format, version: packageVersion() }, io)
    },
  },
  replay: {
    usage: 'midstream replay [--protocol PROTOCOL] [--speed N] [--json] SCENARIO',
    summary: 'Plays a recorded conversation through the guard.',
    details: `  --protocol P  openai-chat (default) or anthropic-messages
  --speed N     divides the pauses of the recording, 1 by default
  --json        prints the events of the stream, one JSON object per line
  --list        lists the scenarios

Prints the text that a reader would get, redactions marked, and a summary to the standard error.

Exit status: 0 the stream came to its end, redacted or not; 1 it was cut or failed; 2 a wrong call.`,
    options: replayOptions,
    async run(args, io) {
      const { values, positionals } = parseArgs({
        args: [...args],
        options: replayOptions,
        allowPositionals: true,
      })
      const { REPLAY_PROTOCOLS, runReplay } = await import('./replay.ts')
      const protocol = REPLAY_PROTOCOLS.find((name) => name === (values.protocol ?? 'openai-chat'))
      if (protocol === undefined) {
        throw new UsageError(`replay: --protocol must be one of ${REPLAY_PROTOCOLS.join(', ')}`)
      }
      const speed = Number(values.speed ?? 1)
      if (!(speed > 0 && speed <= 1_000_000)) {
        throw new UsageError('replay: --speed must be a number above 0 and at most 1000000')
      }
      const [scenario, ...surplus] = positionals
      if (surplus.length > 0) throw new UsageError('replay: one scenario at a time')
      if (values.list && scenario !== undefined)
        throw new UsageError('replay: --list goes without a scenario')
      if (!values.list && scenario === undefined) {
        throw new UsageError('replay: no scenario; midstream replay --list lists them')
      }
      return runReplay({ scenario, protocol, speed, json: values.json ?? false }, io)
    },
  },
  serve: {
    usage: 'midstream serve [--config FILE] [--host HOST] [--port PORT] [--SECTION.KEY VALUE ...]',
    summary: 'Runs the gateway.',
    details: `Settings come from flags, then environment (MIDSTREAM_SECTION__KEY), then the file (TOML or JSON), then defaults.
SIGTERM and SIGINT stop it once open streams have ended; SIGHUP reads the configuration again.

Exit status: 0 stopped by a signal; 1 stopped at once by another one, a second or more later; 2 a wrong setting.`,
    options: {},
    async moreHelp() {
      const { settingsHelp } = await import('@midstream/gateway')
      return `\n${settingsHelp()}`
    },
    async run(args, io) {
      const { runServe } = await import('./serve.ts')
      return runServe(args, io)
    },
  },
}

/** What `midstream --help` prints. */
export function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`)
  return `Usage: midstream COMMAND [OPTIONS]

Commands:
${commands.join('\n')}

Options:
  --help      this text; after a command, the command's own
  --version   the version
`
}

/** What `midstream COMMAND --help` prints. */
export async function helpOf(name: CommandName): Promise<string> {
  const { usage, summary, details, moreHelp } = COMMANDS[name]
  return `Usage: ${usage}\n\n${summary}\n\n${details}\n${(await moreHelp?.()) ?? ''}`
}
