/** What the command line reads and writes, injected so that a caller other than the shell can use it. */
export interface CliIo {
  readonly stdout: CliOutput
  readonly stderr: CliOutput
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface CliOutput {
  write(text: string): void
  /** Whether a person sees it: colours are used only then, and not where NO_COLOR is set. */
  readonly isTTY?: boolean | undefined
}

/** A mistake in how a command was called, or an input that cannot be read. Ends the program with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Status of a call that could not be carried out as asked. */
export const EXIT_USAGE = 2

/** Status of a failure that is no mistake of the caller; EX_SOFTWARE of sysexits.h. */
export const EXIT_INTERNAL = 70

/** Status of a program that SIGPIPE ended, as a shell shows it: 128 + 13. */
export const EXIT_BROKEN_PIPE = 141
