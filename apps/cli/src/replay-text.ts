import type { GatewayEvent } from '@midstream/gateway'
import type { CliOutput } from './io.ts'

/** Prints the delivered text of one stream as it comes. */
export interface ReplayPrinter {
  /** Takes the next event of the stream. */
  print(event: GatewayEvent): void
}

function redaction(text: string, colour: boolean): string {
  // A token brings the blank before it along; the mark is for what stands for the span.
  const mask = text.trim()
  if (mask === '') return text
  const at = text.indexOf(mask)
  return text.slice(0, at) + marked(mask, colour) + text.slice(at + mask.length)
}

function marked(mask: string, colour: boolean): string {
  if (colour) return `\u001b[7m${mask}\u001b[27m`
  // Without colours a mask such as j***@example.com would not stand out. A marker in brackets does.
  return /^\[.*\]$/.test(mask) ? mask : `[-${mask}-]`
}

/** `tool-input/0/1` is `tool-input`; the name of a tool, which arrives in a channel of its own, is `tool`. */
function labelOf(channel: string): string {
  const kind = channel.split('/', 1)[0]!
  return kind === 'other' && /[./]name$/.test(channel) ? 'tool' : kind
}

function duration(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}

function summary(
  event: GatewayEvent & { type: 'stream-end' },
  rules: readonly string[],
  holds: number[],
): string {
  const { ending, verdict, error, chars, ttftMs, durationMs } = event
  const parts = [
    `${ending}${error === undefined ? '' : ` (${error})`}, verdict ${verdict}`,
    `${chars} characters in ${duration(durationMs)}`,
  ]
  if (ttftMs !== null) parts.push(`first text after ${duration(ttftMs)}`)
  if (holds.length > 0) parts.push(`longest hold ${duration(Math.max(...holds))}`)
  if (rules.length > 0) parts.push(`found ${[...new Set(rules)].join(', ')}`)
  return parts.join('; ')
}

/**
 * Prints text to `stdout`, redactions marked: reversed where colours are shown, otherwise `[-mask-]`. A channel
 * other than the answer is introduced by its name. The summary goes to `stderr`, so that `stdout` holds what a
 * reader would have got and nothing else.
 */
export function createReplayPrinter(stdout: CliOutput, stderr: CliOutput, colour: boolean): ReplayPrinter {
  const rules: string[] = []
  const holds: number[] = []
  let channel = 'content/0'
  return {
    print(event) {
      switch (event.type) {
        case 'text':
          if (event.channel !== channel) {
            channel = event.channel
            stdout.write(`\n\n${labelOf(channel)}: `)
          }
          stdout.write(event.redacted ? redaction(event.text, colour) : event.text)
          return
        case 'held':
          holds.push(event.ms)
          return
        case 'finding':
          rules.push(`${event.rule} (${event.action})`)
          return
        case 'dropped':
          stderr.write(`midstream: ${event.count} events were dropped; the text has gaps\n`)
          return
        case 'stream-end':
          stdout.write('\n')
          stderr.write(`${summary(event, rules, holds)}\n`)
      }
    },
  }
}
