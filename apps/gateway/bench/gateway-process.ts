/**
 * The gateway as it starts by default, in front of the bench upstream. Only its rate limits are raised: a flood
 * is faster than any model. It logs as it does by default.
 *
 *   node gateway-process.ts http://127.0.0.1:PORT [off]      prints {"port": N} once it listens; off: no guard
 */
import { keepYoungGenerationSmall, startGateway } from '@midstream/gateway'

// More than any stream of the bench has. The limit costs 8 bytes a stream for each chunk that it allows.
const MAX_CHUNKS_PER_SECOND = 4000

const [upstream, guard] = process.argv.slice(2)
if (upstream === undefined) throw new Error('usage: node gateway-process.ts <upstream origin> [off]')
keepYoungGenerationSmall()
const gateway = await startGateway({
  server: { port: 0 },
  limits: { maxRequestsPerMinute: 1_000_000 },
  streaming: { maxChunksPerSecond: MAX_CHUNKS_PER_SECOND },
  upstream: { replay: false, openai: { baseUrl: `${upstream}/v1`, apiKey: 'bench-upstream-key' } },
  guard: { enabled: guard !== 'off' },
})
process.on('SIGTERM', () => void gateway.close().then(() => process.exit(0)))
process.stdout.write(`${JSON.stringify({ port: gateway.port })}\n`)
