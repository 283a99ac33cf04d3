import { type ChildProcess, spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PinnedProcess {
  readonly child: ChildProcess
  readonly pid: number
  /** The last 4 KiB of its standard error, for messages. */
  stderr(): string
  /** SIGTERM, and SIGKILL after 3 s; resolves when it has gone. */
  stop(): Promise<void>
}

const STOP_MS = 3000
// Installed packages are JavaScript. The sources here have types to strip, which takes 20 MiB: not in what is measured.
const NODE_COMPILE_CACHE = join(tmpdir(), 'midstream-bench-compile-cache')

/** Starts a command on one core. taskset replaces itself by the command, so the pid is the command's. */
export function startPinned(
  core: number,
  command: string,
  args: readonly string[],
  ipc = false,
): PinnedProcess {
  const child = spawn('taskset', ['-c', String(core), command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
    env: { NODE_COMPILE_CACHE, ...process.env, NODE_ENV: 'production' },
  })
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4096)
  })
  child.stdout?.resume()
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      tail += error.message
      resolve()
    })
  })
  return {
    child,
    pid: child.pid ?? 0,
    stderr: () => tail,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await gone
      clearTimeout(kill)
    },
  }
}

/** The port in the first line of JSON on standard output that has one, as our own servers print it. */
export function printedPort(started: PinnedProcess, limitMs = 15_000): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}: ${started.stderr()}`))
    const timer = setTimeout(() => fail('no port printed in time'), limitMs)
    let pending = ''
    const onData = (text: string): void => {
      pending = (pending + text).slice(-16_384)
      const port = /^\{.*"port":\s*(\d+).*\}$/m.exec(pending)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      started.child.stdout?.off('data', onData).resume()
      resolve(Number(port))
    }
    started.child.once('exit', () => {
      clearTimeout(timer)
      fail('ended before it listened')
    })
    started.child.stdout?.setEncoding('utf8').on('data', onData)
  })
}

/** A port that was free a moment ago, for servers that cannot choose one and tell. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address === null || typeof address === 'string' ? 0 : address.port
      server.close(() => resolve(port))
    })
  })
}

/** Resolves when something accepts connections on the port. */
export async function accepting(started: PinnedProcess, port: number, limitMs = 15_000): Promise<void> {
  const end = performance.now() + limitMs
  while (performance.now() < end && started.child.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`does not accept connections: ${started.stderr()}`)
}
