import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type RequestOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { startGateway } from '../src/index.ts'
import { ask, errorOf, rejection, testGateway } from './gateway-harness.ts'
import { selfSigned } from './self-signed.ts'

const { cert, key } = selfSigned()
const folder = mkdtempSync(join(tmpdir(), 'midstream-'))
const certFile = join(folder, 'cert.pem')
const keyFile = join(folder, 'key.pem')
writeFileSync(certFile, cert)
writeFileSync(keyFile, key)
afterAll(() => rmSync(folder, { recursive: true }))

function statusOf(url: string, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent: false, ...options }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
  })
}

describe('startGateway', () => {
  it('GW-15 speaks TLS 1.2 and later to clients that trust its certificate', async () => {
    await using gateway = await testGateway({ server: { tls: { certFile, keyFile } } })
    expect(gateway.url).toMatch(/^https:/)
    const health = `${gateway.url}/healthz`
    expect(await statusOf(health, { ca: cert })).toBe(200)
    expect(await statusOf(health, { ca: cert, maxVersion: 'TLSv1.2' })).toBe(200)
    await expect(statusOf(health, {})).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    const old = {
      ca: cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const
    await expect(statusOf(health, old)).rejects.toMatchObject({
      code: expect.stringMatching(/SSL|TLS|EPROTO/) as string,
    })
  })

  it('GW-15 does not talk to an upstream whose certificate nobody vouches for', async () => {
    let asked = 0
    const upstream = createServer({ cert, key }, (_request, response) => {
      asked++
      response.end()
    })
    upstream.listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    const { port } = upstream.address() as AddressInfo
    try {
      await using gateway = await testGateway({
        upstream: { openai: { baseUrl: `https://127.0.0.1:${port}/v1` } },
      })
      const response = await ask(gateway, { stream: true })
      expect(response.status).toBe(502)
      expect((await errorOf(response)).error.code).toBe('UPSTREAM_CONNECT')
      expect(asked).toBe(0)
    } finally {
      upstream.close()
    }
  })

  it('names the setting of a key that cannot be read', async () => {
    const tls = { certFile, keyFile: join(folder, 'none.pem') }
    const error = await rejection(startGateway({ server: { port: 0, tls } }))
    expect([error.code, error.message]).toEqual([
      'CONFIG_INVALID',
      'server.tls.keyFile: the file cannot be read',
    ])
  })

  it.each([
    ['no PEM', () => ({ certFile, keyFile: fileURLToPath(import.meta.url) })],
    ['a certificate for a key', () => ({ certFile, keyFile: certFile })],
  ])('refuses files that are no certificate and key: %s', async (_name, files) => {
    const error = await rejection(startGateway({ server: { port: 0, tls: files() } }))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toMatch(/^server\.tls: no certificate with its private key: error:/)
  })
})
