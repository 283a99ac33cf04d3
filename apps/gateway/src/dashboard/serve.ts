import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SCENARIOS } from '../replay/scenarios.ts'

const FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/dashboard/app.js': { file: 'app.js', type: 'text/javascript; charset=utf-8' },
  '/dashboard/event-reader.js': { file: 'event-reader.js', type: 'text/javascript; charset=utf-8' },
  '/dashboard/stream-card.js': { file: 'stream-card.js', type: 'text/javascript; charset=utf-8' },
  '/dashboard/histogram.js': { file: 'histogram.js', type: 'text/javascript; charset=utf-8' },
  '/dashboard/measures.js': { file: 'measures.js', type: 'text/javascript; charset=utf-8' },
  '/dashboard/streams.css': { file: 'streams.css', type: 'text/css; charset=utf-8' },
  '/dashboard/style.css': { file: 'style.css', type: 'text/css; charset=utf-8' },
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Kept by the browser but asked for each time, so that a new version of the gateway shows its own page.
  'cache-control': 'no-cache',
}

interface StaticFile {
  readonly bytes: Buffer
  readonly etag: string
  readonly type: string
}

const loaded = new Map<string, StaticFile>()

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function scenarioButtons(): string {
  return SCENARIOS.map(
    ({ name, title, summary, prompt }) =>
      `<button type="button" class="scenario" data-scenario="${name}" data-prompt="${escapeHtml(prompt)}">` +
      `<span class="scenario-title">${escapeHtml(title)}</span>` +
      `<span class="scenario-summary">${escapeHtml(summary)}</span></button>`,
  ).join('\n          ')
}

function load(path: string): StaticFile | undefined {
  // Object.hasOwn: a path such as /constructor is not a file.
  const entry = Object.hasOwn(FILES, path) ? FILES[path] : undefined
  if (entry === undefined) return undefined
  let file = loaded.get(path)
  if (file === undefined) {
    let text = readFileSync(new URL(`./static/${entry.file}`, import.meta.url), 'utf8')
    if (path === '/') text = text.replace('<!-- scenarios -->', scenarioButtons)
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    file = { bytes: Buffer.from(text), etag, type: entry.type }
    loaded.set(path, file)
  }
  return file
}

/**
 * Answers a request for the dashboard: the page at `/` and its files under `/dashboard/`. Returns false, with
 * the response untouched, for every other path. Each file is read once and then kept.
 */
export function handleDashboard(req: IncomingMessage, res: ServerResponse): boolean {
  const file = load(req.url?.split('?')[0] ?? '')
  if (file === undefined) return false
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value)
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.writeHead(405, { allow: 'GET, HEAD' }).end()
    return true
  }
  res.setHeader('etag', file.etag)
  if (req.headers['if-none-match'] === file.etag) {
    res.writeHead(304).end()
    return true
  }
  res.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length })
  res.end(req.method === 'HEAD' ? undefined : file.bytes)
  return true
}
