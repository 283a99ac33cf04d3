import { readFileSync } from 'node:fs'
import process from 'node:process'
import { MidstreamError } from '@midstream/core'
import { type Gateway, keepYoungGenerationSmall, loadConfig, startGateway } from '@midstream/gateway'
import type { CliIo } from './io.ts'

/**
 * Runs the gateway until SIGTERM or SIGINT and resolves with 0 once open streams have ended; a second signal
 * ends the process at once. SIGHUP reads the configuration again. Rejects with CONFIG_INVALID.
 */
export async function runServe(argv: readonly string[], io: CliIo): Promise<number> {
  const load = (): ReturnType<typeof loadConfig> =>
    loadConfig({ argv, env: io.env, readFile: (path) => readFileSync(path, 'utf8') })
  keepYoungGenerationSmall()
  const { config, warnings } = load()
  for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`)
  const gateway = await startGateway(config)
  io.stdout.write(`midstream gateway at ${gateway.url}\n`)

  const reload = (): void => {
    try {
      gateway.reload(load().config)
    } catch (error) {
      if (!MidstreamError.is(error)) throw error
      io.stderr.write(`${error.code}: ${error.message}\n`)
    }
  }
  process.on('SIGHUP', reload)
  try {
    await stopped(gateway)
  } finally {
    process.off('SIGHUP', reload)
  }
  return 0
}

function stopped(gateway: Gateway): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false
    const stop = (): void => {
      if (stopping) process.exit(1)
      stopping = true
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
