import { clipSet } from './code-point-set.ts'
import type { RegexNode } from './regex-syntax.ts'

/**
 * Texts of two ASCII characters with which a match can begin, about. Patterns that begin with almost any word
 * count characters all the time; patterns that begin with a rare prefix hardly ever run. Each kind alone
 * builds few states, together they build the product.
 */
const WIDE_PREFIXES = 400

/** Whether a pattern begins with nearly any word. */
export function isWide(node: RegexNode): boolean {
  return prefixes(node, 2).count >= WIDE_PREFIXES
}

/** Number of prefixes of `length` characters, and how many characters the node adds to a prefix at least. */
function prefixes(node: RegexNode, length: number): { count: number; length: number } {
  switch (node.type) {
    case 'set': {
      const ascii = clipSet(node.set, 0x21, 0x7e)
      let count = 0
      for (let i = 0; i < ascii.length; i += 2) count += ascii[i + 1]! - ascii[i]! + 1
      return { count, length: 1 }
    }
    case 'sequence': {
      let count = 1
      let used = 0
      for (const item of node.items) {
        if (used >= length) break
        const lead = prefixes(item, length - used)
        count *= Math.max(1, lead.count)
        used += lead.length
      }
      return { count, length: used }
    }
    case 'choice': {
      let count = 0
      let shortest = Infinity
      for (let i = 0; i < node.items.length; i++) {
        const lead = prefixes(node.items[i]!, length)
        count += lead.count
        shortest = Math.min(shortest, lead.length)
      }
      return { count, length: shortest }
    }
    case 'repeat': {
      const lead = prefixes(node.item, length)
      const times = Math.min(node.max, Math.ceil(length / Math.max(1, lead.length)))
      return { count: lead.count ** times, length: lead.length * times }
    }
    case 'assertion':
      return { count: 1, length: 0 }
  }
}
