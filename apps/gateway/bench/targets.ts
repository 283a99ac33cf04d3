import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { accepting, freePort, type PinnedProcess, printedPort, startPinned } from './pinned-process.ts'

export interface RunningTarget {
  readonly port: number
  /** Undefined for a target without a process of its own. */
  readonly pid: number | undefined
  readonly headers: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export interface Target {
  readonly name: string
  /** What was measured, with its version. */
  readonly label: string
  /** Why it cannot run here; undefined when it can. */
  readonly missing: string | undefined
  start(upstreamPort: number, core: number): Promise<RunningTarget>
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const NGINX = '/usr/sbin/nginx'

function running(port: number, started: PinnedProcess, headers: Record<string, string> = {}): RunningTarget {
  return { port, pid: started.pid, headers, stop: () => started.stop() }
}

/** Stops the process when it does not come up, so that a failed start leaves nothing behind. */
async function orStop<T>(started: PinnedProcess, ready: Promise<T>): Promise<T> {
  try {
    return await ready
  } catch (error) {
    await started.stop()
    throw error
  }
}

const direct: Target = {
  name: 'direct',
  label: 'no proxy: what the load tool itself can do',
  missing: undefined,
  start: async (upstreamPort) => ({
    port: upstreamPort,
    pid: undefined,
    headers: {},
    stop: async () => {},
  }),
}

const passthrough: Target = {
  name: 'pass-through',
  label: `node:http and undici ${packageVersion('undici')}, no parsing`,
  missing: undefined,
  async start(upstreamPort, core) {
    const started = startPinned(core, process.execPath, [
      here('passthrough.ts'),
      `http://127.0.0.1:${upstreamPort}`,
    ])
    return running(await orStop(started, printedPort(started)), started)
  },
}

const nginx: Target = {
  name: 'nginx',
  label: existsSync(NGINX)
    ? spawnSync(NGINX, ['-v'], { encoding: 'utf8' }).stderr.trim().replace('nginx version: ', '')
    : 'nginx',
  missing: existsSync(NGINX) ? undefined : `${NGINX} is not installed`,
  async start(upstreamPort, core) {
    const dir = mkdtempSync(join(tmpdir(), 'gateway-bench-nginx-'))
    const port = await freePort()
    writeFileSync(join(dir, 'nginx.conf'), nginxConfig(dir, port, upstreamPort))
    const started = startPinned(core, NGINX, ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', 'stderr'])
    const target = running(port, started)
    const stop = async (): Promise<void> => {
      await target.stop()
      rmSync(dir, { recursive: true, force: true })
    }
    try {
      await accepting(started, port)
    } catch (error) {
      await stop()
      throw error
    }
    return { ...target, stop }
  },
}

function nginxConfig(dir: string, port: number, upstreamPort: number): string {
  return `daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log stderr error;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  keepalive_requests 1000000;
  upstream model { server 127.0.0.1:${upstreamPort}; keepalive 512; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://model;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}

const portkey: Target = {
  name: 'portkey',
  label: `@portkey-ai/gateway ${packageVersion('@portkey-ai/gateway')}, no guardrail`,
  missing: undefined,
  async start(upstreamPort, core) {
    const port = await freePort()
    const program = join(packageDir('@portkey-ai/gateway'), 'build/start-server.js')
    const started = startPinned(core, process.execPath, [program, `--port=${port}`, '--headless'])
    await orStop(started, accepting(started, port))
    return running(port, started, {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
    })
  },
}

function gatewayTarget(name: string, label: string, guard: readonly string[]): Target {
  return {
    name,
    label: `@midstream/gateway ${packageVersion('@midstream/gateway')}, ${label}, rate limits raised`,
    missing: undefined,
    async start(upstreamPort, core) {
      const program = here('gateway-process.ts')
      const started = startPinned(core, process.execPath, [
        program,
        `http://127.0.0.1:${upstreamPort}`,
        ...guard,
      ])
      return running(await orStop(started, printedPort(started)), started)
    },
  }
}

const gateway = gatewayTarget('gateway', 'default guard', [])
const gatewayOff = gatewayTarget('gateway-off', 'guard off', ['off'])

/** In the order of the table. */
export const TARGETS: readonly Target[] = [gateway, gatewayOff, passthrough, nginx, portkey, direct]

/** What runs unless targets are named. `gateway-off` only helps to find where the time goes. */
export function defaultTargets(quick: boolean): string {
  return quick ? 'gateway,pass-through,nginx' : 'gateway,pass-through,nginx,portkey,direct'
}

/** Walks up from the package's resolved entry; its package.json need not be exported. */
function packageDir(name: string): string {
  const require = createRequire(import.meta.url)
  for (const modules of require.resolve.paths(name) ?? []) {
    if (existsSync(join(modules, name, 'package.json'))) return join(modules, name)
  }
  throw new Error(`${name} is not installed; run pnpm install in ${dirname(here('package.json'))}`)
}

function packageVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(packageDir(name), 'package.json'), 'utf8')) as {
    version: string
  }
  return manifest.version
}
