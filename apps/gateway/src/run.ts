import { readFileSync } from 'node:fs'
import process from 'node:process'
import { MidstreamError, systemClock } from '@midstream/core'
import { type LoadedConfig, loadConfig } from './config-sources.ts'
import { type Gateway, startGateway } from './server.ts'
import { keepYoungGenerationSmall } from './young-generation.ts'

/**
 * Signals that come together are one request to stop: a group of processes gets it, and a parent (a launcher, npm)
 * passes it on once more.
 */
const ONE_REQUEST_MS = 1000

/** What a program gives the gateway that it becomes. */
export interface RunOptions {
  /** Arguments behind the program's name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: { write(text: string): void }
  readonly stderr: { write(text: string): void }
}

/**
 * Runs a gateway in this process until SIGTERM or SIGINT, and resolves when what was in progress is over. A
 * signal more than a second later ends the process at once; SIGHUP reads the configuration again. Rejects with CONFIG_INVALID.
 */
export async function runGateway(options: RunOptions): Promise<void> {
  const { stdout, stderr } = options
  keepYoungGenerationSmall()
  const { config, warnings } = load(options)
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`)
  const gateway = await startGateway(config)
  const reload = (): void => {
    try {
      gateway.reload(load(options).config)
    } catch (error) {
      stderr.write(complaint(error))
    }
  }
  process.on('SIGHUP', reload)
  stdout.write(welcome(gateway, config.upstream.replay, config.auth.keys.length > 0))
  try {
    await stopped(gateway)
  } finally {
    process.off('SIGHUP', reload)
  }
}

/** Messages of coded errors name files, variables and settings, never values. */
export function complaint(error: unknown): string {
  return `${MidstreamError.is(error) ? `${error.code}: ${error.message}` : String(error)}\n`
}

function load({ argv, env }: RunOptions): LoadedConfig {
  return loadConfig({ argv, env, readFile: (path) => readFileSync(path, 'utf8') })
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

function stopped(gateway: Gateway): Promise<void> {
  return new Promise((resolve, reject) => {
    let stoppingSince: number | undefined
    const stop = (): void => {
      if (stoppingSince !== undefined) {
        if (systemClock.now() - stoppingSince > ONE_REQUEST_MS) process.exit(1)
        return
      }
      stoppingSince = systemClock.now()
      gateway
        .close()
        .finally(() => {
          process.off('SIGTERM', stop)
          process.off('SIGINT', stop)
        })
        .then(resolve, reject)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}
