import { runGateway } from '@midstream/gateway'
import type { CliIo } from './io.ts'

/** Runs the gateway until it is stopped by a signal, and resolves with 0. Rejects with CONFIG_INVALID. */
export async function runServe(argv: readonly string[], io: CliIo): Promise<number> {
  await runGateway({ argv, env: io.env, stdout: io.stdout, stderr: io.stderr })
  return 0
}
