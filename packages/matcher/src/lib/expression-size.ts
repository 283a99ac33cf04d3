import { MidstreamError } from '@midstream/core'
import { toUtf16 } from './code-point-set.ts'
import type { RegexNode } from './regex-syntax.ts'

/** Instructions that one pattern may need; a state of the automaton can hold that many threads. */
export const MAX_INSTRUCTIONS = 16_384

/** Longest match of a node in code units; Infinity when unbounded. */
export function maxLength(node: RegexNode): number {
  switch (node.type) {
    case 'set':
      return node.set.length > 0 && node.set[node.set.length - 1]! > 0xffff ? 2 : 1
    case 'sequence': {
      let sum = 0
      for (let i = 0; i < node.items.length; i++) sum += maxLength(node.items[i]!)
      return sum
    }
    case 'choice': {
      let longest = 0
      for (let i = 0; i < node.items.length; i++) longest = Math.max(longest, maxLength(node.items[i]!))
      return longest
    }
    case 'repeat': {
      const length = maxLength(node.item)
      return length === 0 || node.max === 0 ? 0 : length * node.max
    }
    case 'assertion':
      return 0
  }
}

/** Whether a node can match without consuming anything, its assertions taken as true. */
export function isNullable(node: RegexNode): boolean {
  switch (node.type) {
    case 'set':
      return false
    case 'sequence':
      return node.items.every(isNullable)
    case 'choice':
      return node.items.some(isNullable)
    case 'repeat':
      return node.min === 0 || isNullable(node.item)
    case 'assertion':
      return true
  }
}

/** Upper estimate of the instructions of a node, cheap even where the expansion would be huge. */
export function instructionCount(node: RegexNode): number {
  switch (node.type) {
    case 'set': {
      const { units, pairs } = toUtf16(node.set)
      return (units.length > 0 ? 1 : 0) + pairs.length * 3
    }
    case 'sequence':
    case 'choice': {
      let sum = node.type === 'choice' ? node.items.length : 0
      for (let i = 0; i < node.items.length; i++) sum += instructionCount(node.items[i]!)
      return sum
    }
    case 'repeat': {
      const copies = node.max === Infinity ? Math.max(node.min, 1) : Math.max(node.max, 1)
      return copies * (Math.max(1, instructionCount(node.item)) + 1)
    }
    case 'assertion':
      return 1
  }
}

/**
 * Checks what `buildProgram` relies on and returns the number of instructions at most. Throws PATTERN_TOO_LARGE or
 * PATTERN_UNSUPPORTED.
 */
export function checkExpression(node: RegexNode, name: string, maxHoldChars: number): number {
  if (isNullable(node)) {
    throw new MidstreamError('PATTERN_UNSUPPORTED', `pattern ${name} matches the empty text`, {
      details: { pattern: name, position: 0 },
    })
  }
  const instructions = instructionCount(node)
  if (!(instructions <= MAX_INSTRUCTIONS)) {
    throw new MidstreamError(
      'PATTERN_TOO_LARGE',
      `pattern ${name} needs more than ${MAX_INSTRUCTIONS} instructions`,
      {
        details: { pattern: name, limit: MAX_INSTRUCTIONS, instructions },
      },
    )
  }
  const length = maxLength(node)
  if (length !== Infinity && length > maxHoldChars) {
    throw new MidstreamError(
      'PATTERN_TOO_LARGE',
      `pattern ${name} can match ${length} code units, more than maxHoldChars (${maxHoldChars})`,
      { details: { pattern: name, limit: maxHoldChars, length } },
    )
  }
  return instructions
}
