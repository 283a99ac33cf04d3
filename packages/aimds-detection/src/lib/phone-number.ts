/** Country calling codes in use. Source: ITU-T E.164 assigned country codes, public list. */
const CALLING_CODES: ReadonlySet<string> = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 ' +
    '81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 ' +
    '232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 ' +
    '257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 ' +
    '358 359 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 ' +
    '503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 ' +
    '679 680 681 682 683 685 686 687 688 689 690 691 692 800 808 850 852 853 855 856 870 878 880 881 882 ' +
    '883 886 888 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 996 998'
  ).split(' '),
)

/** Digits of the national number where the country writes them in one length only, by calling code. */
const NATIONAL_LENGTHS: Readonly<Record<string, readonly [number, number]>> = {
  '1': [10, 10],
  '7': [10, 10],
  '33': [9, 10], // ten when the trunk zero is kept in parentheses: +33 (0)1 …
  '34': [9, 9],
  '44': [9, 11],
  '45': [8, 8],
  '47': [8, 8],
  '48': [9, 9],
  '63': [8, 10],
  '86': [10, 11],
  '90': [10, 10],
  '91': [10, 10],
}

function digitsOf(text: string): string {
  return text.replaceAll(/[^0-9]/g, '')
}

function parenthesesMatch(text: string): boolean {
  const open = text.indexOf('(')
  const close = text.indexOf(')')
  if (open !== text.lastIndexOf('(') || close !== text.lastIndexOf(')')) return false
  return open === -1 ? close === -1 : close > open
}

/** Area and exchange of the North American plan: [2-9]XX, neither N11, and no area of the reserved blocks. */
function isNanp(digits: string): boolean {
  return /^[2-9](?!11)(?!9)[0-9]{2}[2-9](?!11)[0-9]{2}[0-9]{4}$/.test(digits) && !/^(?:37|96)/.test(digits)
}

/** `+` (or `00`) and a number: an assigned calling code and, where the country has one, its length. */
export function isInternationalPhone(text: string): boolean {
  if (!parenthesesMatch(text)) return false
  // Without a plus the calling code must stand alone (0033 1 42 …): groups of four are account numbers.
  if (text.startsWith('00') && !/^00[1-9][0-9]{0,2}[ .-]{1,2}[(1-9]/.test(text)) return false
  const digits = digitsOf(text).replace(/^00/, '')
  if (digits.length < 8 || digits.length > 15) return false
  const code = [1, 2, 3].map((n) => digits.slice(0, n)).find((head) => CALLING_CODES.has(head))
  if (code === undefined) return false
  const national = digits.slice(code.length)
  if (/^(\d)\1+$/.test(national)) return false
  if (code === '1') return isNanp(national)
  const [least, most] = NATIONAL_LENGTHS[code] ?? [6, 13]
  return national.length >= least && national.length <= most
}

/** A ten-digit number of the North American plan, with or without the leading 1. */
export function isNanpPhone(text: string): boolean {
  if (!parenthesesMatch(text)) return false
  const digits = digitsOf(text)
  return isNanp(digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits)
}

/** Groupings of digits that other numbers have: US and Canadian insurance numbers, account numbers, ZIP+4. */
const OTHER_GROUPINGS: ReadonlySet<string> = new Set(['3-2-4', '3-3-3', '4-4-2', '5-4'])

/**
 * A number written with the trunk zero, or in the groups 3-3-2-2: 9 to 11 digits in two to five groups.
 * Dates with a leading zero and the numbers named above are told apart by their groups.
 */
export function isTrunkPhone(text: string): boolean {
  if (!parenthesesMatch(text)) return false
  const digits = digitsOf(text)
  if (digits.length < 9 || digits.length > 11 || /^0(\d)\1+$/.test(digits)) return false
  const groups = text.split(/[^0-9]+/).filter((group) => group !== '')
  // "0 (532) 123 45 67" and "0 532 …" write the zero apart; every other group has two digits or more.
  const rest = groups.slice(groups[0] === '0' ? 1 : 0)
  if (rest.length > 5 || rest.some((group) => group.length < 2)) return false
  if (OTHER_GROUPINGS.has(rest.map((group) => group.length).join('-'))) return false
  const [day, month, year] = groups
  return !(day?.length === 2 && month?.length === 2 && year?.length === 4 && /^(?:19|20)/.test(year))
}

/** A mobile number in one piece: not the same digit throughout. */
export function isMobilePhone(text: string): boolean {
  return !/^0(\d)\1+$/.test(text)
}

/** The number in a text that names itself: `phone: 4155550132`. Seven to fifteen digits, not all the same. */
export function isLabelledPhone(text: string): boolean {
  const number = text.slice(text.search(/[+(]?[0-9]/))
  const digits = digitsOf(number)
  if (digits.length < 7 || digits.length > 15 || /^(\d)\1+$/.test(digits)) return false
  return parenthesesMatch(number) && !/^(?:19|20)\d\d[-/.]\d\d[-/.]\d\d/.test(number)
}
