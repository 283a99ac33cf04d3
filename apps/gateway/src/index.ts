export type { GatewayConfig, GatewayConfigInput, ProviderConfig } from './config.ts'
export { type ConfigSources, type LoadedConfig, loadConfig, parseConfig } from './config-sources.ts'
export { EVENTS_VERSION, type GatewayEvent } from './events.ts'
export { type Gateway, type GatewayOptions, startGateway } from './server.ts'
