import { readPackFile } from '../data-files.ts'
import { type Pack, readPack } from './pack.ts'

let loaded: readonly Pack[] | undefined

/** The packs that come with this package: `pii` and `secrets`. Checked at the first call, then kept. */
export function defaultPacks(): readonly Pack[] {
  loaded ??= ['pii', 'secrets'].map((name) => readPack(readPackFile(name)))
  return loaded
}
