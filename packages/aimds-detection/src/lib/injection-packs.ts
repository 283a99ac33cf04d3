import { readPackFile } from '../data-files.ts'
import type { Pack } from './pack.ts'

/** Packs of the two forms of a text that injection patterns are written for. */
export interface InjectionPacks {
  /** Over the normalised text: lower case, a blank stands for one to three separators. */
  readonly plain: readonly Pack[]
  /** Over the letters and digits alone; for scripts without blanks and for words that were taken apart. */
  readonly squeezed: readonly Pack[]
}

const read = (name: string): Pack => readPackFile(name) as Pack

let loaded: InjectionPacks | undefined

/**
 * The injection packs that come with this package, read at the first call and then kept. That `loadPack` accepts
 * them is for the tests of this package: checking them again would compile every pattern twice at each start.
 */
export function injectionPacks(): InjectionPacks {
  loaded ??= {
    plain: ['injection', 'injection-languages', 'injection-jailbreak', 'injection-exfiltration'].map(read),
    squeezed: [read('injection-squeezed')],
  }
  return loaded
}
