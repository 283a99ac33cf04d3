import { readFileSync } from 'node:fs'
import process from 'node:process'
import { MidstreamError } from '@midstream/core'
import { type LoadedConfig, loadConfig } from './config-sources.ts'
import { type Gateway, startGateway } from './server.ts'
import { keepYoungGenerationSmall } from './young-generation.ts'

const USAGE = `Usage: midstream-gateway [--config FILE] [--host HOST] [--port PORT] [--SECTION.KEY VALUE ...]

Settings come from flags, then environment (MIDSTREAM_SECTION__KEY), then the file (TOML or JSON), then defaults.
OPENAI_API_KEY and ANTHROPIC_API_KEY turn the providers on. SIGHUP reloads the streaming limits.
`

function load(): LoadedConfig {
  return loadConfig({
    argv: process.argv.slice(2),
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
}

/** What a newcomer needs: where it is, and one line to paste. */
function welcome(gateway: Gateway, replay: boolean, keyed: boolean): string {
  const key = keyed ? ` -H 'authorization: Bearer YOUR_GATEWAY_KEY'` : ''
  const model = replay ? 'replay/pii' : 'YOUR_MODEL'
  const body = `{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Hello"}]}`
  return [
    `midstream gateway at ${gateway.url}`,
    '',
    'Try it:',
    `  curl -N ${gateway.url}/v1/chat/completions -H 'content-type: application/json'${key} -d '${body}'`,
    '',
  ].join('\n')
}

/** Stops on SIGTERM and SIGINT once what is in progress is over; a second signal does not wait. */
function stopOnSignals(gateway: Gateway): void {
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    void gateway.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function reloadOnHangup(gateway: Gateway): void {
  process.on('SIGHUP', () => {
    try {
      gateway.reload(load().config)
    } catch (error) {
      complain(error)
    }
  })
}

/** Messages of coded errors name files, variables and settings, never values. */
function complain(error: unknown): void {
  const coded = MidstreamError.is(error)
  process.stderr.write(`${coded ? `${error.code}: ${error.message}` : String(error)}\n`)
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(USAGE)
    return
  }
  keepYoungGenerationSmall()
  const { config, warnings } = load()
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`)
  const gateway = await startGateway(config)
  stopOnSignals(gateway)
  reloadOnHangup(gateway)
  process.stdout.write(welcome(gateway, config.upstream.replay, config.auth.keys.length > 0))
}

try {
  await main()
} catch (error) {
  complain(error)
  process.exitCode = 2
}
