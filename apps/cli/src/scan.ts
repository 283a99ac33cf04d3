import { readFile, stat } from 'node:fs/promises'
import { scan } from '@midstream/aimds-detection'
import { type CliIo, UsageError } from './io.ts'
import {
  exitCodeOf,
  placeFindings,
  type SourceReport,
  toJson,
  toSarif,
  toText,
  worstSeverity,
} from './scan-report.ts'

/** Bytes of one input: it is read whole, because findings are shown in their lines. */
const MAX_INPUT_BYTES = 64 * 1024 * 1024

export interface ScanRequest {
  readonly files: readonly string[]
  readonly stdin: boolean
  readonly text: string | undefined
  readonly format: 'text' | 'json' | 'sarif'
  readonly version: string
}

function tooLarge(source: string): UsageError {
  return new UsageError(`${source} is larger than ${MAX_INPUT_BYTES} bytes, the limit of one input`)
}

async function readStdin(io: CliIo): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of io.stdin) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MAX_INPUT_BYTES) throw tooLarge('the standard input')
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function readInputFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_INPUT_BYTES) throw tooLarge(path)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Scans texts for personal data and secrets, prints what it found and returns the exit status. Only reads. */
export async function runScan(request: ScanRequest, io: CliIo): Promise<number> {
  const { files, stdin, text, format, version } = request
  if (files.length === 0 && !stdin && text === undefined) {
    throw new UsageError('scan: nothing to scan; name a file, or use --stdin or --text')
  }
  const inputs: { source: string; text: string }[] = []
  if (text !== undefined) inputs.push({ source: '<text>', text })
  if (stdin) inputs.push({ source: '<stdin>', text: await readStdin(io) })
  for (const path of files) inputs.push({ source: path, text: await readInputFile(path) })

  const reports: SourceReport[] = inputs.map((input) =>
    placeFindings(input.source, input.text, scan(input.text)),
  )
  if (format === 'json') io.stdout.write(toJson(reports, version))
  else if (format === 'sarif') io.stdout.write(toSarif(reports, version))
  else io.stdout.write(toText(reports))
  return exitCodeOf(worstSeverity(reports))
}
