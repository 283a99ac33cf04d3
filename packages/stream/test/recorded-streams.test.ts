import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordInspector } from '@midstream/conformance'
import {
  createFakeClock,
  randomSplit,
  readAnthropicMessageStream,
  readOpenaiChatStream,
  seededRandom,
} from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  anthropicMessages,
  createGuard,
  type Guard,
  type GuardReport,
  guardStream,
  openaiChat,
  type Protocol,
} from '../src/index.ts'

// A folder with recorded streams of providers, as .sse files (raw bytes) or .chunks.txt files (one payload per
// line). Not part of the project: without the variable these tests do not exist.
const folder = process.env['MIDSTREAM_RECORDED_STREAMS']

interface Recording {
  readonly name: string
  readonly bytes: Buffer
  readonly protocol: Protocol
}

function recordings(root: string): Recording[] {
  const found: Recording[] = []
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(sse|txt)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    let bytes = readFileSync(path)
    if (entry.name.endsWith('.txt')) bytes = Buffer.from(frame(bytes.toString()))
    const text = bytes.toString()
    // Framed twice by the server that was recorded: not JSON in its events.
    if (text.startsWith('data: event:')) continue
    // Some files hold several answers in a row, which no stream does.
    if ((text.match(/"type":\s*"message_start"/g) ?? []).length > 1) continue
    if (/"type":\s*"message_start"/.test(text))
      found.push({ name: path.slice(root.length), bytes, protocol: anthropicMessages })
    else if (/"object":\s*"chat\.completion\.chunk"/.test(text))
      found.push({ name: path.slice(root.length), bytes, protocol: openaiChat })
  }
  return found
}

/** Puts the framing back that a recording of payloads left out. */
function frame(payloads: string): string {
  return payloads
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const type = /^\{"type":\s*"([a-z_]+)"/.exec(line)?.[1]
      return `${type === undefined ? '' : `event: ${type}\n`}data: ${line}\n\n`
    })
    .join('')
}

function play(
  guard: Guard,
  protocol: Protocol,
  chunks: Iterable<Uint8Array>,
): { bytes: Buffer; report: GuardReport } {
  const written: Uint8Array[] = []
  let report: GuardReport | undefined
  const stream = guardStream(guard, protocol, {
    write: (bytes) => written.push(bytes),
    end: (r) => {
      report = r
    },
  })
  for (const chunk of chunks) stream.push(chunk)
  stream.end()
  return { bytes: Buffer.concat(written), report: report! }
}

const policy = { decide: () => 'redact' as const }
const limits = { maxChunksPerSecond: 1_000_000 }
const off = createGuard({ inspectors: 'off', policy, limits, clock: createFakeClock() })
// Words that no recording has: everything is inspected and nothing found.
const watching = createGuard({
  inspectors: [wordInspector(['the-quick-brown-zebra', 'e zq'])],
  policy,
  limits,
  clock: createFakeClock(),
})

function readText(protocol: Protocol, bytes: Uint8Array): unknown {
  return protocol === openaiChat ? readOpenaiChatStream(bytes) : readAnthropicMessageStream(bytes)
}

describe.runIf(folder !== undefined)('recorded streams', () => {
  for (const { name, bytes, protocol } of folder === undefined ? [] : recordings(folder)) {
    it(`I-3 passes ${name} byte for byte`, () => {
      for (const guard of [off, watching]) {
        const whole = play(guard, protocol, randomSplit(bytes, seededRandom(1), { min: 60_000, max: 65_536 }))
        const random = seededRandom(7)
        for (const chunks of [
          randomSplit(bytes, random, { min: 1, max: 40 }),
          randomSplit(bytes, random, { min: 1, max: 900 }),
        ]) {
          const split = play(guard, protocol, chunks)
          expect(split.report.ending).toBe(whole.report.ending)
          expect(split.bytes.equals(whole.bytes)).toBe(true)
        }
        // A recording that stops early gets an error appended; everything before is as it came.
        if (whole.report.error !== undefined) expect(whole.report.error.code).toBe('UPSTREAM_UNEXPECTED_END')
        expect(whole.bytes.subarray(0, bytes.length).equals(bytes)).toBe(true)
        if (whole.report.ending === 'complete') expect(whole.bytes.length).toBe(bytes.length)
        expect(readText(protocol, whole.bytes.subarray(0, bytes.length))).toEqual(readText(protocol, bytes))
      }
    })
  }
})
