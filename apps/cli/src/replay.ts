import { type Gateway, type GatewayEvent, startGateway } from '@midstream/gateway'
import { openEventFeed } from './event-feed.ts'
import { type CliIo, UsageError } from './io.ts'
import { createReplayPrinter } from './replay-text.ts'

export const REPLAY_PROTOCOLS = ['openai-chat', 'anthropic-messages'] as const
export type ReplayProtocol = (typeof REPLAY_PROTOCOLS)[number]

export interface ReplayRequest {
  /** Undefined asks for the list. */
  readonly scenario: string | undefined
  readonly protocol: ReplayProtocol
  /** Divides the pauses of the recording. */
  readonly speed: number
  readonly json: boolean
}

interface ListedScenario {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly prompt: string
}

const PATHS: Readonly<Record<ReplayProtocol, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
}

/**
 * Plays a recorded conversation through a gateway of its own, on a free port of the loopback, and prints what
 * a reader would get. Resolves with 0 when the stream came to its end and 1 when it was cut or failed.
 */
export async function runReplay(request: ReplayRequest, io: CliIo): Promise<number> {
  const gateway = await startGateway({
    server: { port: 0 },
    log: { level: 'silent' },
    upstream: { replaySpeed: request.speed },
    // A recording that is played fast is no flood.
    streaming: { maxChunksPerSecond: 1_000_000 },
  })
  try {
    const scenarios = await listScenarios(gateway)
    if (request.scenario === undefined) {
      io.stdout.write(request.json ? jsonLines(scenarios) : table(scenarios))
      return 0
    }
    const scenario = scenarios.find(({ name }) => name === request.scenario)
    if (scenario === undefined) {
      const names = scenarios.map(({ name }) => name).join(', ')
      throw new UsageError(`replay: no scenario ${JSON.stringify(request.scenario)}; there are ${names}`)
    }
    return await playScenario(gateway, scenario, request, io)
  } finally {
    await gateway.close()
  }
}

async function listScenarios(gateway: Gateway): Promise<readonly ListedScenario[]> {
  const response = await fetch(`${gateway.url}/v1/replay`)
  return ((await response.json()) as { scenarios: ListedScenario[] }).scenarios
}

function jsonLines(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

function table(scenarios: readonly ListedScenario[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length))
  return scenarios.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join('')
}

async function playScenario(
  gateway: Gateway,
  scenario: ListedScenario,
  { protocol, json }: ReplayRequest,
  io: CliIo,
): Promise<number> {
  const colour = io.stdout.isTTY === true && (io.env['NO_COLOR'] ?? '') === ''
  const printer = createReplayPrinter(io.stdout, io.stderr, colour)
  const feed = await openEventFeed(gateway.url)
  const answer = readAnswer(gateway, scenario, protocol)
  let end: (GatewayEvent & { type: 'stream-end' }) | undefined
  for await (const { event, json: line } of feed) {
    if (json) io.stdout.write(`${line}\n`)
    else printer.print(event)
    if (event.type === 'stream-end') {
      end = event
      break
    }
  }
  await answer
  return end?.ending === 'complete' ? 0 : 1
}

/** Reads the answer to its end, as a client would. What it says is in the events; a broken end is one of them. */
async function readAnswer(
  gateway: Gateway,
  scenario: ListedScenario,
  protocol: ReplayProtocol,
): Promise<void> {
  try {
    const response = await fetch(gateway.url + PATHS[protocol], {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: `replay/${scenario.name}`,
        max_tokens: 4096,
        stream: true,
        messages: [{ role: 'user', content: scenario.prompt }],
      }),
    })
    await response.arrayBuffer()
  } catch {
    // The gateway reports it as the ending of the stream.
  }
}
