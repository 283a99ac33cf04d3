import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { MidstreamError } from '@midstream/core'

/** Header for the gateway's own key when the usual ones carry the client's key for the upstream. */
export const GATEWAY_KEY_HEADER = 'x-midstream-key'

export interface Authenticator {
  readonly enabled: boolean
  /**
   * Name under which this client is counted: a digest of its key, or undefined when keys are off.
   * Throws REQUEST_UNAUTHENTICATED.
   */
  check(headers: IncomingHttpHeaders): string | undefined
}

/**
 * Compares the presented key with every configured one over digests of equal length, so that the time tells
 * neither which key was near nor how long it is.
 *
 * With `keysBelongToUpstream` the headers `authorization` and `x-api-key` are left to the upstream, and the
 * gateway's key is read from `x-midstream-key` only.
 */
export function createAuthenticator(keys: readonly string[], keysBelongToUpstream: boolean): Authenticator {
  const digests = keys.map(digest)
  return {
    enabled: digests.length > 0,
    check(headers) {
      if (digests.length === 0) return undefined
      const presented = presentedKey(headers, keysBelongToUpstream)
      if (presented === undefined) {
        const where = keysBelongToUpstream
          ? GATEWAY_KEY_HEADER
          : `authorization: Bearer, x-api-key or ${GATEWAY_KEY_HEADER}`
        throw new MidstreamError('REQUEST_UNAUTHENTICATED', `no gateway key given (send it as ${where})`, {
          details: { reason: 'missing_api_key' },
        })
      }
      const wanted = digest(presented)
      let found = false
      for (const known of digests) found = timingSafeEqual(known, wanted) || found
      if (!found) {
        throw new MidstreamError('REQUEST_UNAUTHENTICATED', 'the gateway does not know this key', {
          details: { reason: 'invalid_api_key' },
        })
      }
      return wanted.toString('hex', 0, 8)
    },
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

function presentedKey(headers: IncomingHttpHeaders, ownHeaderOnly: boolean): string | undefined {
  const own = headers[GATEWAY_KEY_HEADER]
  if (typeof own === 'string' && own !== '') return own
  if (ownHeaderOnly) return undefined
  const apiKey = headers['x-api-key']
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')
  return bearer?.[1]
}
