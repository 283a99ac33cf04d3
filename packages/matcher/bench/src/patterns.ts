import { defaultPacks } from '@midstream/aimds-detection'
import type { Pattern } from '@midstream/matcher'

/** Made-up vendors with the usual shapes of keys, so that a pack of any size can be measured. */
function vendorKeys(count: number): Pattern[] {
  const shapes = [
    '[A-Za-z0-9]{32}',
    '[0-9a-f]{40}',
    '[A-Za-z0-9_-]{20,64}',
    '[A-Z0-9]{16}',
    '[A-Za-z0-9]{24}',
  ]
  const tags = ['live', 'test', 'pat', 'app', 'sec', 'key', 'tok', 'prod']
  return Array.from({ length: count }, (_, i) => {
    const letters = String.fromCharCode(97 + (i % 26), 97 + ((i * 7) % 26), 97 + ((i * 3 + 5) % 26))
    return {
      id: `vendor-${i}`,
      regex: `${letters}${i % 3 === 0 ? '-' : '_'}${tags[i % tags.length]}_${shapes[i % shapes.length]}`,
      notAfter: '[A-Za-z0-9_]',
      notBefore: '[A-Za-z0-9_]',
    }
  })
}

const PHRASES = [
  'ignore (?:all |any )?(?:the )?(?:previous|prior|above) (?:instructions|prompts|messages)',
  'disregard (?:your|the|all) (?:previous |prior )?(?:rules|guidelines|instructions)',
  'you are now (?:in )?(?:developer|god|admin) mode',
  'reveal (?:your|the) (?:system )?prompt',
  'print everything above',
  'act as (?:an? )?(?:unrestricted|uncensored|evil) (?:ai|model|assistant)',
  'without (?:any )?(?:restrictions|filters|censorship)',
  'pretend (?:that )?you (?:are|have) no (?:rules|limits)',
]

function luhn(text: string): boolean {
  let sum = 0
  let double = false
  for (let i = text.length - 1; i >= 0; i--) {
    let digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) continue
    if (double) digit = digit > 4 ? digit * 2 - 9 : digit * 2
    sum += digit
    double = !double
  }
  return sum % 10 === 0
}

/** The default packs of the detection package, phrases, and vendor keys up to `count` patterns. */
export function patternsOf(count: number): Pattern[] {
  const packs = defaultPacks()
    .flatMap((pack) => pack.patterns)
    .map((p): Pattern => {
      const { id, regex, literal, caseInsensitive, notAfter, notBefore } = p
      return {
        id,
        ...(regex !== undefined && { regex }),
        ...(literal !== undefined && { literal }),
        ...(caseInsensitive !== undefined && { caseInsensitive }),
        ...(notAfter !== undefined && { notAfter }),
        ...(notBefore !== undefined && { notBefore }),
        ...(id === 'pii/card' && { validate: luhn }),
      }
    })
  const phrases = PHRASES.map(
    (regex): Pattern => ({ id: regex, regex: `\\b${regex}\\b`, caseInsensitive: true }),
  )
  const chosen = [...packs, ...phrases]
  return [...chosen, ...vendorKeys(Math.max(0, count - chosen.length))].slice(0, count)
}

/** The same patterns for RegExp, with the boundary conditions as look-around. */
export function toRegExp(pattern: Pattern): RegExp {
  const body = pattern.regex ?? pattern.literal!.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const before = pattern.notAfter === undefined ? '' : `(?<!${pattern.notAfter})`
  const after = pattern.notBefore === undefined ? '' : `(?!${pattern.notBefore})`
  return new RegExp(`${before}(?:${body})${after}`, pattern.caseInsensitive === true ? 'i' : '')
}
