import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../src/index.ts'
import { SCENARIOS } from '../src/replay/scenarios.ts'
import { launchChromium, type PageWatch, screenshot, watchPage } from './dashboard-page.ts'

const ENDINGS: Readonly<Record<string, string>> = {
  clean: 'Passed',
  pii: 'Redacted',
  'split-key': 'Redacted',
  refused: 'Cut',
  runaway: 'Passed',
  'tool-call': 'Redacted',
  'upstream-dies': 'Upstream failed',
}

describe('the dashboard on a running gateway', { timeout: 90_000 }, () => {
  let browser: Browser
  let gateway: Gateway
  let page: Page
  let watch: PageWatch

  beforeAll(async () => {
    browser = await launchChromium()
    gateway = await startGateway({
      server: { port: 0 },
      log: { level: 'silent' },
      upstream: { replaySpeed: 20 },
      // A recording that is played fast is no flood.
      streaming: { maxChunksPerSecond: 1_000_000 },
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  }, 60_000)
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    watch = watchPage(page, gateway.url)
    await page.goto(gateway.url)
    await page.getByText('Connected', { exact: true }).waitFor()
  })
  afterEach(async () => {
    await page.close()
  })

  it('DB-07 receives live events in a browser: pii is played, redacted and judged', async () => {
    await page.getByRole('button', { name: 'Personal data' }).click()
    const card = page.getByRole('article')
    await card.getByText('Redacted', { exact: true }).waitFor()
    const marks = await card.locator('mark').allTextContents()
    expect(marks).toHaveLength(3)
    expect(marks.every((mark) => mark === mark.trim())).toBe(true)
    const text = await card.locator('.text').textContent()
    expect(text).toMatch(/^Here is the hand-over .* takes three to five working days\.$/s)
    expect(text).not.toMatch(/maria\.keller@|555-0134|1488/)
    expect(await card.locator('.findings code').allTextContents()).toContain('pii/email')
    expect(await page.locator('#holds-summary').textContent()).toMatch(
      /^\d+ holds?, median .*, longest .*ms$/,
    )
    await screenshot(page, 'live-pii')
    expect(watch).toEqual({ console: [], foreignRequests: [] })
  })

  it.each(['OpenAI chat', 'Anthropic'])('shows how each scenario ends (%s)', async (protocol) => {
    await page.getByText(protocol, { exact: true }).first().click()
    for (const { name, title } of SCENARIOS) {
      await page.getByRole('button', { name: title }).click()
      const card = page.locator('.card').first()
      await card.getByRole('heading', { name: title }).waitFor()
      await page.locator('.card.ended').first().getByRole('heading', { name: title }).waitFor()
      expect([name, await card.locator('.chip').textContent()]).toEqual([name, ENDINGS[name]])
    }
    await screenshot(page, `live-${protocol.split(' ')[0]}`)
    // A connection that the gateway breaks on purpose may be noted by the browser; nothing else may.
    expect(watch.console.filter((text) => !text.includes('net::ERR_'))).toEqual([])
    expect(watch.foreignRequests).toEqual([])
  })
})

describe('the dashboard on a gateway with keys', { timeout: 90_000 }, () => {
  it('asks for the key, says when it is wrong, and sends it with what it plays', async () => {
    const browser = await launchChromium()
    const gateway = await startGateway({
      server: { port: 0 },
      log: { level: 'silent' },
      auth: { keys: ['gateway-key-for-tests'] },
      upstream: { replaySpeed: 20 },
      streaming: { maxChunksPerSecond: 1_000_000 },
    })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      await page.goto(gateway.url)
      await page.getByText('Key needed', { exact: true }).waitFor()
      await screenshot(page, 'key-form')
      await page.getByLabel('Gateway key').fill('wrong')
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByText('The gateway does not know this key.').waitFor()
      await page.getByLabel('Gateway key').fill('gateway-key-for-tests')
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByText('Connected', { exact: true }).waitFor()
      expect(await page.getByLabel('Gateway key').isVisible()).toBe(false)
      await page.getByRole('button', { name: 'Personal data' }).click()
      await page.getByRole('article').getByText('Redacted', { exact: true }).waitFor()
    } finally {
      await browser.close()
      await gateway.close()
    }
  })
})
