function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const octets = parts.map(Number)
  const valid = parts.every((part, i) => String(octets[i]) === part && octets[i]! <= 255)
  return valid ? octets : undefined
}

/** Addresses that name no host: unspecified, loopback, broadcast and netmasks. */
function namesNoHost([a, b, c]: readonly number[]): boolean {
  return a === 0 || a === 127 || (a === 255 && (b === 255 || (b === 0 && c === 0)))
}

/** RFC 1918 private, RFC 3927 link-local and RFC 6598 shared addresses. */
function isPrivate([a, b]: readonly number[]): boolean {
  return (
    a === 10 ||
    (a === 172 && b! >= 16 && b! <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b! >= 64 && b! <= 127)
  )
}

/** Four decimal octets without leading zeros that name a host outside private networks. */
export function isPublicIpv4(text: string): boolean {
  const octets = parseIpv4(text)
  return octets !== undefined && !namesNoHost(octets) && !isPrivate(octets)
}

/** The same inside private networks. */
export function isPrivateIpv4(text: string): boolean {
  const octets = parseIpv4(text)
  return octets !== undefined && isPrivate(octets)
}

/** The eight groups of an address in the text forms of RFC 4291 section 2.2, or undefined. */
export function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const sides = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups: number[][] = []
  for (const [i, side] of sides.entries()) {
    const numbers: number[] = []
    for (const [j, part] of side.entries()) {
      const isTail = i === sides.length - 1 && j === side.length - 1
      if (isTail && part.includes('.')) {
        const octets = parseIpv4(part)
        if (octets === undefined) return undefined
        numbers.push(octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!)
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
        numbers.push(Number.parseInt(part, 16))
      } else {
        return undefined
      }
    }
    groups.push(numbers)
  }
  const [head, tail] = groups
  if (tail === undefined) return head!.length === 8 ? head : undefined
  const missing = 8 - head!.length - tail.length
  // "::" stands for at least one group (RFC 5952 section 4.2.2 advises against exactly one, parsers take it).
  return missing < 1 ? undefined : [...head!, ...new Array<number>(missing).fill(0), ...tail]
}

/**
 * An IPv6 address that names a host, told from the other things that are written with colons: slices
 * (`[1::2]`), scopes (`a::b`), times and hardware addresses. A compressed address must therefore open with a
 * group of three digits or more, or with `64:`, or carry an IPv4 tail.
 */
export function isIpv6Host(text: string): boolean {
  const groups = parseIpv6(text)
  if (groups === undefined || groups.every((group, i) => group === 0 || (i === 7 && group === 1)))
    return false
  if (!text.includes('::') || text.includes('.')) return true
  return /^(?:[0-9a-f]{3,4}|64):/i.test(text) && /[0-9]/.test(text)
}

/** A hardware address of six octets that is neither all zeros nor the broadcast address. */
export function isHardwareAddress(text: string): boolean {
  if (text.includes(':') && text.includes('-')) return false
  return !/^(?:0+|f+)$/i.test(text.replaceAll(/[.:-]/g, ''))
}
