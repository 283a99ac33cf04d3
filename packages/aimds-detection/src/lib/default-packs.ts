import piiData from '../packs/pii.json' with { type: 'json' }
import secretsData from '../packs/secrets.json' with { type: 'json' }
import { type Pack, readPack } from './pack.ts'

let loaded: readonly Pack[] | undefined

/** The packs that come with this package: `pii` and `secrets`. Checked at the first call, then kept. */
export function defaultPacks(): readonly Pack[] {
  loaded ??= [readPack(piiData), readPack(secretsData)]
  return loaded
}
