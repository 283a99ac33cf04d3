import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { handleDashboard } from '../src/dashboard/serve.ts'
import { SCENARIOS } from '../src/replay/scenarios.ts'
import {
  type DashboardEvent,
  launchChromium,
  type PageWatch,
  type ScriptedGateway,
  screenshot,
  startScriptedGateway,
  watchPage,
} from './dashboard-page.ts'

function start(stream: string, scenario: string, protocol = 'openai-chat'): DashboardEvent {
  return { type: 'stream-start', stream, protocol, model: `replay/${scenario}`, scenario }
}

function text(stream: string, words: string, redacted = false, channel = 'content/0'): DashboardEvent {
  return { type: 'text', stream, channel, text: words, redacted }
}

function held(stream: string, chars: number, ms: number): DashboardEvent {
  return { type: 'held', stream, channel: 'content/0', chars, ms }
}

function finding(stream: string, rule: string, action: string): DashboardEvent {
  return { type: 'finding', stream, channel: 'content/0', rule, action, start: 10, end: 20 }
}

function end(stream: string, verdict: string, ending: string, findings: number): DashboardEvent {
  const measured = { ttftMs: 391.2, durationMs: 4210.7, chars: 412 }
  return { type: 'stream-end', stream, verdict, ending, findings, ...measured }
}

const redactedStream: DashboardEvent[] = [
  start('s1', 'pii'),
  text('s1', 'Here is the hand-over for ticket 4821.\n\nThe customer, Maria Keller, reports that her order'),
  text('s1', ' was charged twice. Please answer her at '),
  finding('s1', 'pii/email', 'redact'),
  held('s1', 12, 212.4),
  text('s1', '[pii/email]', true),
  text('s1', '; if that bounces, call '),
  finding('s1', 'pii/phone', 'redact'),
  held('s1', 15, 154.9),
  text('s1', '[pii/phone]', true),
  text('s1', ' after 5 pm. The duplicate charge went to her card '),
  finding('s1', 'pii/card', 'redact'),
  held('s1', 19, 318.2),
  text('s1', '[pii/card]', true),
  held('s1', 1, 38.5),
  text('s1', ', and she has asked for a refund to the same card.'),
  end('s1', 'redact', 'complete', 3),
]

const cutStream: DashboardEvent[] = [
  start('s2', 'refused', 'anthropic-messages'),
  text('s2', 'Sure. The staging host keeps its key under /etc/ssl/private. This is the file:\n\n'),
  finding('s2', 'secret/private-key', 'block'),
  end('s2', 'block', 'cut', 1),
]

describe('handleDashboard', () => {
  let server: Server
  let origin: string

  beforeAll(async () => {
    server = createServer((req, res) => {
      if (!handleDashboard(req, res)) res.writeHead(404).end('not mine')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('serves every file that the page names, with its type and a strict policy', async () => {
    const page = await fetch(`${origin}/`)
    const html = await page.text()
    const names = [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, name]) => name)
    expect(names).toHaveLength(3)
    const types = { css: 'text/css', js: 'text/javascript' }
    for (const name of names) {
      const file = await fetch(origin + name)
      expect(file.status).toBe(200)
      expect(file.headers.get('content-type')).toMatch(types[name?.split('.').pop() as 'css' | 'js'])
      expect(file.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
  })

  it('has one button for each scenario', async () => {
    const html = await (await fetch(`${origin}/`)).text()
    const names = [...html.matchAll(/data-scenario="([^"]+)"/g)].map(([, name]) => name)
    expect(names).toEqual(SCENARIOS.map(({ name }) => name))
  })

  it('answers 304 to the tag it gave, and no body to HEAD', async () => {
    const etag = (await fetch(`${origin}/`)).headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    expect((await fetch(`${origin}/`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const head = await fetch(`${origin}/?a=b`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
  })

  it('refuses other methods and leaves other paths alone', async () => {
    const post = await fetch(`${origin}/`, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    for (const path of ['/constructor', '/dashboard/serve.ts', '/dashboard/..%2fserve.ts', '/v1/models']) {
      expect((await fetch(origin + path)).status).toBe(404)
    }
  })
})

describe('the dashboard in a browser', { timeout: 60_000 }, () => {
  let browser: Browser
  let gateway: ScriptedGateway
  let page: Page
  let watch: PageWatch
  let script: DashboardEvent[] = []
  let status = 200

  beforeAll(async () => {
    browser = await launchChromium()
    gateway = await startScriptedGateway((_path, res) => {
      res.writeHead(status, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ error: { message: 'too many requests of this key' } }))
      gateway.send(...script)
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })
  beforeEach(async () => {
    gateway.requests.length = 0
    status = 200
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    watch = watchPage(page, gateway.url)
    await page.goto(gateway.url)
    await page.getByText('Connected', { exact: true }).waitFor()
  })
  afterEach(async () => {
    await page.close()
  })

  it('DB-07 shows a live stream with its redactions, holds and verdict', async () => {
    script = redactedStream
    await page.getByText('No streams yet').waitFor()
    await screenshot(page, 'empty')
    await page.getByRole('button', { name: 'Personal data' }).click()
    const card = page.getByRole('article')
    await card.getByText('Redacted', { exact: true }).waitFor()
    expect(await card.locator('mark').allTextContents()).toEqual(['[pii/email]', '[pii/phone]', '[pii/card]'])
    expect(await card.locator('.text').textContent()).toContain('her at [pii/email]; if that bounces')
    expect(await card.getByRole('heading', { level: 3 }).textContent()).toBe('Personal data')
    expect(await card.locator('.holds li').allTextContents()).toEqual([
      '318 ms19 characters',
      '212 ms12 characters',
      '155 ms15 characters',
      '39 ms1 character',
    ])
    expect(await page.locator('#total-findings').textContent()).toBe('3')
    expect(await page.locator('#total-ttft').textContent()).toBe('391 ms')
    expect(await page.locator('#holds-summary').textContent()).toBe('4 holds, median 184 ms, longest 318 ms')
    expect(await page.getByText('No streams yet').isVisible()).toBe(false)
    expect(gateway.requests).toEqual([
      {
        path: '/v1/chat/completions',
        body: expect.objectContaining({ model: 'replay/pii', stream: true }),
      },
    ])
    await screenshot(page, 'pii')
    expect(watch).toEqual({ console: [], foreignRequests: [] })
  })

  it('shows where a stream was cut and by which rule, through the other protocol', async () => {
    script = cutStream
    await page.getByText('Anthropic', { exact: true }).click()
    await page.getByRole('button', { name: 'Refused midway' }).click()
    const card = page.getByRole('article')
    await card.getByText('Blocked by secret/private-key. Nothing after this point was delivered.').waitFor()
    expect(await card.locator('.chip').textContent()).toBe('Cut')
    expect(await page.locator('#total-cut').textContent()).toBe('1')
    expect(gateway.requests[0]).toMatchObject({
      path: '/v1/messages',
      body: { max_tokens: 4096, stream: true },
    })
    expect(watch).toEqual({ console: [], foreignRequests: [] })
  })

  it('tells the endings apart and keeps the newest stream on top', async () => {
    gateway.send(
      ...redactedStream,
      ...cutStream,
      start('s3', 'tool-call'),
      text('s3', 'I will send her the access data for the bucket now.'),
      text('s3', '{"to":"', false, 'tool-input/0/0'),
      text('s3', '[pii/email]', true, 'tool-input/0/0'),
      text('s3', '","subject":"Access to the \\"orders\\" bucket"}', false, 'tool-input/0/0'),
      finding('s3', 'pii/email', 'redact'),
      end('s3', 'redact', 'complete', 1),
      start('s4', 'upstream-dies'),
      text('s4', 'A suspension bridge hangs its deck from two main cables. The towers are in'),
      end('s4', 'allow', 'failed', 0),
      start('s5', 'clean'),
      text('s5', 'At noon sunlight crosses the atmosphere by the shortest way.'),
      end('s5', 'allow', 'complete', 0),
      start('s6', 'runaway'),
      text('s6', 'Three ways to shorten a build: cache the dependencies,'),
      start('s7', 'clean'),
    )
    await page.locator('.card').nth(6).waitFor()
    await page.locator('.card .chip').first().waitFor()
    expect(await page.locator('.card .chip').allTextContents()).toEqual([
      'Streaming',
      'Streaming',
      'Passed',
      'Upstream failed',
      'Redacted',
      'Cut',
      'Redacted',
    ])
    expect(await page.getByText('Waiting for the first text').count()).toBe(1)
    const toolInput = page.locator('.channel.tool-input')
    expect(await toolInput.textContent()).toBe(
      'Tool arguments{"to":"[pii/email]","subject":"Access to the \\"orders\\" bucket"}',
    )
    await screenshot(page, 'light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await screenshot(page, 'dark')
    await page.setViewportSize({ width: 390, height: 844 })
    await screenshot(page, 'phone-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await screenshot(page, 'phone-light')
    expect(watch.console).toEqual([])
  })

  it.each([390, 768, 1280])('never scrolls sideways at %d pixels', async (width) => {
    await page.setViewportSize({ width, height: 844 })
    gateway.send(...redactedStream, start('s2', 'clean'), text('s2', 'x'.repeat(500)))
    await page.locator('.card').nth(1).waitFor()
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
  })

  it('shows text of a stream as text, whatever it looks like', async () => {
    const markup = '<img src=x onerror=alert(1)><b>bold</b>'
    gateway.send(start('s1', '<i>x</i>'), text('s1', markup), text('s1', markup, true))
    await page.locator('mark').waitFor()
    expect(await page.locator('.text').textContent()).toBe(markup + markup)
    expect(await page.locator('.card img, .card b, .card i').count()).toBe(0)
    expect(watch.console).toEqual([])
  })

  it('leaves out events of a version it does not know', async () => {
    gateway.sendRaw(`event: stream-start\ndata: ${JSON.stringify({ v: 2, stream: 'new' })}\n\n`)
    gateway.send(start('s1', 'clean'))
    await page.locator('.card').waitFor()
    expect(await page.locator('.card').count()).toBe(1)
  })

  it('says when events were dropped', async () => {
    gateway.send({ type: 'dropped', count: 3 }, { type: 'dropped', count: 4 })
    await page.getByText('too slow for 7 events').waitFor()
  })

  it('names the error of a cut that no rule caused', async () => {
    gateway.send(start('s1', 'runaway'), { ...end('s1', 'allow', 'cut', 0), error: 'STREAM_TOO_LARGE' })
    await page.getByText('Ended with STREAM_TOO_LARGE. Nothing after this point was delivered.').waitFor()
  })

  it('brings a played stream into view where the page is one column', async () => {
    script = redactedStream
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: 'Personal data' }).click()
    await page.locator('.card .chip.redacted').waitFor()
    const top = await page.evaluate("document.querySelector('.card').getBoundingClientRect().top")
    expect(top).toBeGreaterThanOrEqual(0)
    expect(top).toBeLessThan(300)
    await screenshot(page, 'phone-played')
  })

  it('keeps the last 20 streams', async () => {
    for (let i = 0; i < 25; i++) gateway.send(start(`s${i}`, 'clean'), text(`s${i}`, `text ${i}`))
    await page.getByText('text 24').waitFor()
    expect(await page.locator('.card').count()).toBe(20)
    expect(await page.locator('.card .text').last().textContent()).toBe('text 5')
    expect(await page.locator('#total-streams').textContent()).toBe('25')
  })

  it('says what the gateway answered when it refuses a request', async () => {
    status = 429
    script = []
    await page.getByRole('button', { name: 'Clean answer' }).click()
    const problem = page.getByRole('alert')
    await problem.waitFor()
    expect(await problem.textContent()).toBe('The gateway answered 429. too many requests of this key')
  })

  it('brings a problem into view in a small window', async () => {
    status = 429
    script = []
    await page.setViewportSize({ width: 1280, height: 400 })
    await page.getByRole('button', { name: 'Clean answer' }).click()
    const problem = page.getByRole('alert')
    await problem.waitFor()
    const box = await problem.boundingBox()
    expect(box!.y).toBeGreaterThanOrEqual(0)
    expect(box!.y + box!.height).toBeLessThanOrEqual(400)
  })

  it('says which streams it lost sight of, and goes on where it can', async () => {
    script = [start('s1', 'clean'), text('s1', 'first')]
    await page.getByRole('button', { name: 'Clean answer' }).click()
    const chip = page.getByRole('article').locator('.chip')
    await page.getByText('first', { exact: true }).waitFor()
    expect(await chip.textContent()).toBe('Streaming')
    gateway.hangUp()
    await page.getByText('Reconnecting', { exact: true }).waitFor()
    expect(await chip.textContent()).toBe('Not followed')
    await page.getByText('Connected', { exact: true }).waitFor()
    gateway.send(text('s1', ' second'))
    await page.getByText('first second').waitFor()
    expect(await chip.textContent()).toBe('Streaming')
  })

  it('names each stream for readers that do not see it', async () => {
    script = [start('s1', 'clean'), text('s1', 'played')]
    await page.getByRole('button', { name: 'Clean answer' }).click()
    await page.getByRole('article', { name: 'Clean answer' }).getByText('played').waitFor()
  })

  it('can be used with the keyboard alone', async () => {
    script = [start('s1', 'clean'), text('s1', 'played')]
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the streams')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('played').waitFor()
    expect(gateway.requests[0]?.path).toBe('/v1/messages')
  })
})
