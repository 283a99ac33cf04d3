import injectionData from '../packs/injection.json' with { type: 'json' }
import exfiltrationData from '../packs/injection-exfiltration.json' with { type: 'json' }
import jailbreakData from '../packs/injection-jailbreak.json' with { type: 'json' }
import languagesData from '../packs/injection-languages.json' with { type: 'json' }
import squeezedData from '../packs/injection-squeezed.json' with { type: 'json' }
import type { Pack } from './pack.ts'

/** Packs of the two forms of a text that injection patterns are written for. */
export interface InjectionPacks {
  /** Over the normalised text: lower case, a blank stands for one to three separators. */
  readonly plain: readonly Pack[]
  /** Over the letters and digits alone; for scripts without blanks and for words that were taken apart. */
  readonly squeezed: readonly Pack[]
}

/**
 * The injection packs that come with this package. That `loadPack` accepts them is for the tests of this package:
 * checking them again would compile every pattern twice at each start.
 */
export function injectionPacks(): InjectionPacks {
  return {
    plain: [injectionData, languagesData, jailbreakData, exfiltrationData] as readonly Pack[],
    squeezed: [squeezedData as Pack],
  }
}
