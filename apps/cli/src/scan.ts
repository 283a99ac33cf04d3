import { createReadStream } from 'node:fs'
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

/** Reads at most the limit, also of a device or a pipe, which have no size beforehand. */
async function readAll(chunks: AsyncIterable<Uint8Array | string>, source: string): Promise<string> {
  const read: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MAX_INPUT_BYTES) throw tooLarge(source)
    read.push(buffer)
  }
  return decode(Buffer.concat(read))
}

/** Reads UTF-16 where a byte order mark says so, and UTF-8 otherwise. The mark is no part of the text. */
function decode(bytes: Buffer): string {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0)
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

async function readInputFile(path: string): Promise<string> {
  try {
    return await readAll(createReadStream(path), path)
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
  if (stdin) inputs.push({ source: '<stdin>', text: await readAll(io.stdin, 'the standard input') })
  for (const path of files) inputs.push({ source: path, text: await readInputFile(path) })

  const reports: SourceReport[] = inputs.map((input) =>
    placeFindings(input.source, input.text, scan(input.text)),
  )
  if (format === 'json') io.stdout.write(toJson(reports, version))
  else if (format === 'sarif') io.stdout.write(toSarif(reports, version))
  else io.stdout.write(toText(reports))
  return exitCodeOf(worstSeverity(reports))
}
