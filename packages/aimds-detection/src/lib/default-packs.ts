import piiData from '../packs/pii.json' with { type: 'json' }
import secretsData from '../packs/secrets.json' with { type: 'json' }
import { loadPack, type Pack } from './pack.ts'

let loaded: readonly Pack[] | undefined

/** The packs that come with this package: `pii` and `secrets`. Checked at the first call, then kept. */
export function defaultPacks(): readonly Pack[] {
  loaded ??= [loadPack(piiData), loadPack(secretsData)]
  return loaded
}
