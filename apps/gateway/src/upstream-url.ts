import { MidstreamError } from '@midstream/core'

export interface UpstreamUrlRules {
  /** Allows http:// to hosts other than loopback. */
  readonly allowInsecure: boolean
  /** If not empty, the only hosts (without port) that may be called. */
  readonly allowHosts: readonly string[]
}

/**
 * Checks an upstream's base URL: https, or http to loopback; no credentials inside; on the list when there is
 * one. Throws UPSTREAM_FORBIDDEN. `name` is the setting, for the message.
 */
export function checkUpstreamUrl(text: string, name: string, rules: UpstreamUrlRules): URL {
  const refuse = (why: string): MidstreamError =>
    new MidstreamError('UPSTREAM_FORBIDDEN', `${name}: ${why}`, { details: { path: name } })
  if (!URL.canParse(text)) throw refuse('not a URL')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw refuse('a URL may not carry credentials')
  if (url.search !== '' || url.hash !== '') throw refuse('a base URL has no query and no fragment')
  const secure = url.protocol === 'https:'
  if (!secure && !(url.protocol === 'http:' && (isLoopback(url.hostname) || rules.allowInsecure))) {
    throw refuse(`${url.protocol}// is not allowed here, use https (or set upstream.allowInsecure)`)
  }
  if (rules.allowHosts.length > 0 && !rules.allowHosts.includes(url.hostname)) {
    throw refuse(`host ${url.hostname} is not in upstream.allowHosts`)
  }
  return url
}

/** Whether a host name or address is this machine's own loopback. Brackets around IPv6 are accepted. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
