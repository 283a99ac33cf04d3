import { fileURLToPath } from 'node:url'
import type { ClientReply, ClientRequest, LoadResult } from './load.ts'
import { type PinnedProcess, startPinned } from './pinned-process.ts'

export interface LoadClient {
  /** Puts one load on a target. `loaded` is called when the last byte has come, before the check. */
  run(request: ClientRequest, loaded: () => void): Promise<LoadResult>
  stop(): Promise<void>
}

const CHECK_MS = 60_000

/** Starts the client process on one core. One load at a time. */
export async function startLoadClient(core: number): Promise<LoadClient> {
  const program = fileURLToPath(new URL('client.ts', import.meta.url))
  const started = startPinned(core, process.execPath, [program], true)
  await nextReply(started, 'ready', 15_000)
  return {
    async run(request, loaded) {
      // Both waits start now: the two replies may arrive in one read.
      const limitMs = request.load.limitMs + 5000
      const replies = Promise.all([
        nextReply(started, 'loaded', limitMs).then(loaded),
        nextReply(started, 'result', limitMs + CHECK_MS),
      ])
      started.child.send(request)
      const [, reply] = await replies
      if (reply.type !== 'result') throw new Error('unexpected reply')
      return reply.result
    },
    stop: () => started.stop(),
  }
}

function nextReply(started: PinnedProcess, type: ClientReply['type'], limitMs: number): Promise<ClientReply> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer)
      started.child.off('message', onMessage)
      started.child.off('exit', onExit)
    }
    const timer = setTimeout(() => {
      settle()
      reject(new Error(`client sent no '${type}' within ${limitMs} ms`))
    }, limitMs)
    const onMessage = (message: unknown): void => {
      const reply = message as ClientReply
      if (reply.type !== type) return
      settle()
      resolve(reply)
    }
    const onExit = (): void => {
      settle()
      reject(new Error(`client ended: ${started.stderr()}`))
    }
    started.child.on('message', onMessage)
    started.child.on('exit', onExit)
  })
}
