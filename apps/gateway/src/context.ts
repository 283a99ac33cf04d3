import type { Clock } from '@midstream/core'
import type { Guard } from '@midstream/stream'
import type { Logger } from 'pino'
import type { Authenticator } from './auth.ts'
import type { GatewayConfig } from './config.ts'
import type { EventHub } from './events.ts'
import type { Metrics } from './metrics.ts'
import type { ProtocolId, Upstream } from './upstream.ts'

/** What every route of one running gateway works with. */
export interface GatewayContext {
  readonly config: GatewayConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly hub: EventHub
  readonly authenticator: Authenticator
  readonly rateLimit: { take(client: string): void }
  readonly inFlight: { readonly size: number; enter(): () => void }
  readonly upstreams: Upstreams
  /** Guard for new answers; a reload of the limits replaces it. */
  guard: Guard
  /** Set once a shutdown has begun: nothing new is started. */
  draining: boolean
  /** Called four times a second while it is a member. */
  readonly ticking: Set<() => void>
  /** Values that no answer may carry. */
  readonly secrets: readonly string[]
}

export interface Upstreams {
  readonly all: readonly Upstream[]
  /** The upstream that serves a model. Throws REQUEST_NOT_FOUND. */
  choose(protocol: ProtocolId, model: string): Upstream
}
