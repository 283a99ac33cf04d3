import { existsSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Page } from 'playwright-core'
import { handleDashboard } from '../src/dashboard/serve.ts'

/** Starts the browser of MIDSTREAM_CHROMIUM, or Debian's. Throws when there is none: the test is not skipped. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['MIDSTREAM_CHROMIUM'] ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(
      `no browser at ${executablePath}: install the Debian package "chromium", or name one in MIDSTREAM_CHROMIUM`,
    )
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

export type DashboardEvent = { readonly type: string; readonly [field: string]: unknown }

export interface ScriptedGateway {
  readonly url: string
  /** Bodies of the POST requests, with their paths. */
  readonly requests: { path: string; body: Record<string, unknown> }[]
  send(...events: DashboardEvent[]): void
  /** Sends raw text to every page that listens. */
  sendRaw(text: string): void
  /** Ends every event stream; the pages try again. */
  hangUp(): void
  close(): Promise<void>
}

/** Serves the dashboard beside an event stream that the test writes. A POST answers what `respond` says. */
export async function startScriptedGateway(
  respond: (path: string, res: ServerResponse) => void,
): Promise<ScriptedGateway> {
  const listeners = new Set<ServerResponse>()
  const requests: ScriptedGateway['requests'] = []
  let id = 0
  const server = createServer((req, res) => {
    if (handleDashboard(req, res)) return
    if (req.url === '/v1/events') {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      listeners.add(res)
      res.on('close', () => listeners.delete(res))
      return
    }
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const path = req.url ?? ''
      requests.push({ path, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') })
      respond(path, res)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  function sendRaw(text: string): void {
    for (const listener of listeners) listener.write(text)
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sendRaw,
    send(...events) {
      for (const { type, ...fields } of events) {
        id++
        sendRaw(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ v: 1, id, type, ...fields })}\n\n`)
      }
    },
    hangUp() {
      for (const listener of listeners) listener.end()
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Everything that must stay empty while a page is used. */
export interface PageWatch {
  readonly console: string[]
  readonly foreignRequests: string[]
}

/** Notes console warnings and errors (policy violations are among them) and requests to another origin. */
export function watchPage(page: Page, origin: string): PageWatch {
  const watch: PageWatch = { console: [], foreignRequests: [] }
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') watch.console.push(message.text())
  })
  page.on('pageerror', (error) => watch.console.push(String(error)))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) watch.foreignRequests.push(url)
  })
  return watch
}

/** Saves a picture of the page when MIDSTREAM_SCREENSHOTS names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['MIDSTREAM_SCREENSHOTS']
  if (folder !== undefined)
    await page.screenshot({ path: `${folder}/dashboard-${name}.png`, fullPage: !name.startsWith('phone') })
}
