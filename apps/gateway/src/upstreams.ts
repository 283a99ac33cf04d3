import { type Clock, MidstreamError } from '@midstream/core'
import type { GatewayConfig, ProviderConfig } from './config.ts'
import type { Upstreams } from './context.ts'
import { createReplayUpstream } from './replay/replay-upstream.ts'
import type { ProtocolId, Upstream } from './upstream.ts'
import { createHttpUpstream } from './upstream-http.ts'
import { checkUpstreamUrl } from './upstream-url.ts'

const PROVIDERS = {
  'openai-chat': { name: 'openai', baseUrl: 'https://api.openai.com/v1', variable: 'OPENAI_API_KEY' },
  'anthropic-messages': {
    name: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    variable: 'ANTHROPIC_API_KEY',
  },
} as const

/**
 * Opens the configured upstreams: the recordings for models `replay/...`, and one HTTP service per protocol that
 * has any setting. Throws UPSTREAM_FORBIDDEN when a base URL may not be called.
 */
export function createUpstreams(config: GatewayConfig, clock: Clock): Upstreams {
  const { upstream } = config
  const replay = upstream.replay ? createReplayUpstream({ speed: upstream.replaySpeed }) : undefined
  const http = new Map<ProtocolId, Upstream>()
  for (const protocol of ['openai-chat', 'anthropic-messages'] as const) {
    const provider = PROVIDERS[protocol]
    const settings = upstream[provider.name]
    if (!isConfigured(settings)) continue
    const setting = `upstream.${provider.name}.baseUrl`
    http.set(
      protocol,
      createHttpUpstream({
        ...upstream,
        id: provider.name,
        baseUrl: checkUpstreamUrl(settings.baseUrl ?? provider.baseUrl, setting, upstream),
        apiKey: settings.apiKey,
        passClientKey: settings.passClientKey,
        clock,
      }),
    )
  }

  return {
    all: [...(replay === undefined ? [] : [replay]), ...http.values()],
    choose(protocol, model) {
      const service = model.startsWith('replay/') ? undefined : http.get(protocol)
      for (const upstream of [replay, service]) {
        if (upstream !== undefined && serves(upstream, model)) return upstream
      }
      const { variable } = PROVIDERS[protocol]
      const ways = [
        ...(http.has(protocol) ? [] : [`set ${variable} for models of the provider`]),
        ...(replay === undefined ? [] : ['GET /v1/models lists the recorded ones']),
      ]
      throw new MidstreamError('REQUEST_NOT_FOUND', `no such model here (${ways.join('; ')})`, {
        details: { path: 'model', reason: 'model_not_found' },
      })
    },
  }
}

function serves({ models }: Upstream, model: string): boolean {
  return !models.closed || models.list.some(({ id }) => id === model)
}

function isConfigured(provider: ProviderConfig): boolean {
  return provider.baseUrl !== undefined || provider.apiKey !== undefined || provider.passClientKey
}
