import { parseArgs } from 'node:util'
import { MidstreamError } from '@midstream/core'
import { COMMANDS, type CommandName, helpOf, overview } from './commands.ts'
import { type CliIo, EXIT_INTERNAL, EXIT_USAGE, UsageError } from './io.ts'
import { packageVersion } from './package-version.ts'

const CONFIGURATION_CODES: ReadonlySet<string> = new Set([
  'CONFIG_INVALID',
  'UPSTREAM_FORBIDDEN',
  'POLICY_UNENFORCEABLE',
])

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** Every option of every command, so that the value of an option is not taken for the command. */
function allOptions(): Record<string, { type: 'boolean' | 'string' }> {
  return Object.assign({}, ...Object.values(COMMANDS).map(({ options }) => options))
}

/** Finds the command wherever it stands and returns the arguments without it. */
function splitCommand(argv: readonly string[]): { command: CommandName | undefined; rest: string[] } {
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...allOptions(), help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const first = tokens.find(({ kind }) => kind === 'positional' || kind === 'option-terminator')
  if (first?.kind !== 'positional') return { command: undefined, rest: [...argv] }
  if (!isCommand(first.value)) {
    throw new UsageError(`unknown command ${JSON.stringify(first.value)}; midstream --help lists them`)
  }
  return { command: first.value, rest: argv.toSpliced(first.index, 1) }
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<number> {
  const { command, rest } = splitCommand(argv)
  const beforeTerminator = rest.slice(0, rest.indexOf('--') === -1 ? undefined : rest.indexOf('--'))
  if (beforeTerminator.includes('--help') || beforeTerminator.includes('-h')) {
    io.stdout.write(command === undefined ? overview() : await helpOf(command))
    return 0
  }
  if (command !== undefined) return COMMANDS[command].run(rest, io)
  if (rest.length === 1 && rest[0] === '--version') {
    io.stdout.write(`${packageVersion()}\n`)
    return 0
  }
  throw new UsageError(
    rest.length === 0 ? 'no command; midstream --help lists them' : `no command in: ${rest.join(' ')}`,
  )
}

/**
 * Runs one call of the command line and resolves with its exit status; it does not reject. A failure is one line
 * on stderr: status 2 for a mistake of the caller, 70 for one of ours.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    io.stderr.write(`midstream: ${error instanceof Error ? error.message : String(error)}\n`)
    return isCallersMistake(error) ? EXIT_USAGE : EXIT_INTERNAL
  }
}

function isCallersMistake(error: unknown): boolean {
  if (error instanceof UsageError) return true
  if (MidstreamError.is(error)) return CONFIGURATION_CODES.has(error.code)
  // An address that is taken or not ours to bind.
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen') return true
  // What parseArgs throws for an unknown option, a missing value or a surplus argument.
  return (
    error instanceof TypeError &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS_')
  )
}
