import type { Channel, Finding, Policy } from '@midstream/core'
import { compareActions } from '@midstream/core'
import { stripControls } from './control-characters.ts'
import { createPatternInspector, type PatternInspector } from './pattern-inspector.ts'

export interface SanitizeOptions {
  /** @default one shared inspector over all packs of this package */
  readonly inspector?: PatternInspector
  /** Masks the findings whose action is `redact` or stricter. @default every finding is masked */
  readonly policy?: Policy
  /** The channel that the policy is asked about. @default content of a model */
  readonly channel?: Channel
  /** Removes control characters first; line feed, tab and carriage return stay. @default false */
  readonly stripControls?: boolean
}

export interface Sanitized {
  readonly text: string
  /**
   * Everything that was found, masked or not, by ascending start. Offsets count from the start of the text
   * that was given, after control characters were removed.
   */
  readonly findings: readonly Finding[]
}

/** A bound against packs whose masks feed each other. The default packs need fewer (property-tested). */
const MAX_READINGS = 8
/** From this reading on the rows behind what was found are read at once: a reading uncovers one of a row. */
const ROW_READING = 2
/** Code units that are read first of each match in a row, and at most. */
const FIRST_WINDOW = 128
const MAX_WINDOW = 65_536
/** How often the text may be read over for rows, so that no row costs more than its length warrants. */
const ROW_BUDGET = 32

const CONTENT: Channel = { kind: 'content', provenance: 'model', index: 0, key: 'content/0' }

let shared: PatternInspector | undefined

function sharedInspector(): PatternInspector {
  shared ??= createPatternInspector()
  return shared
}

/** Findings of a whole text by ascending start, with the packs of this package unless told otherwise. */
export function scan(text: string, inspector: PatternInspector = sharedInspector()): Finding[] {
  return inspector.scan(text)
}

/** Whether the text holds personal data (category `pii`). Secrets do not count; `scan` finds both. */
export function hasPII(text: string, inspector: PatternInspector = sharedInspector()): boolean {
  return inspector.scan(text).some((finding) => finding.category === 'pii')
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/**
 * Turns findings into edits that do not overlap. The finding that reaches furthest from the same start, or
 * that encloses others, gives the replacement; findings that only overlap in part become one marker.
 */
function toEdits(findings: readonly Finding[]): Edit[] {
  const edits: Edit[] = []
  for (const { start, end, rule, replacement = `[${rule}]` } of findings) {
    const last = edits.at(-1)
    if (last === undefined || start >= last.end) edits.push({ start, end, replacement })
    else if (end > last.end && start === last.start) edits[edits.length - 1] = { start, end, replacement }
    else if (end > last.end) edits[edits.length - 1] = { start: last.start, end, replacement: '[redacted]' }
  }
  return edits
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const { start, end, replacement } of edits) {
    result += text.slice(at, start) + replacement
    at = end
  }
  return result + text.slice(at)
}

/** Where each replacement begins in the edited text. */
function placesOf(edits: readonly Edit[]): number[] {
  let shift = 0
  return edits.map(({ start, end, replacement }) => {
    const place = start + shift
    shift += replacement.length - (end - start)
    return place
  })
}

/** Edits that were made, with their places in the text that they made. */
interface Applied {
  readonly edits: readonly Edit[]
  readonly places: readonly number[]
}

/** Maps an offset of the edited text back; inside a replacement, to the start or end of what it replaced. */
function mapBack(offset: number, { edits, places }: Applied, toEnd: boolean): number {
  // The last replacement that begins before the offset.
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (places[middle]! < offset) low = middle + 1
    else high = middle
  }
  if (low === 0) return offset
  const { start, end, replacement } = edits[low - 1]!
  const beyond = offset - places[low - 1]! - replacement.length
  if (beyond < 0) return toEnd ? end : start
  return end + beyond
}

type Find = (text: string) => readonly Finding[]

/** Rows that are left after a reading go on with something longer than it reached. */
function reachOf(reading: number): number {
  return Math.min(MAX_WINDOW, FIRST_WINDOW * 4 ** (reading - ROW_READING))
}

/**
 * What an edit uncovers behind it, and what that uncovers in turn: numbers without anything between them, of which
 * only the first is found. Reads ahead as far as a match may need, `reach` code units at most where there is none.
 */
function rowBehind(text: string, edit: Edit, reach: number, find: Find): Finding[] {
  const row: Finding[] = []
  let before = edit.replacement.slice(-1)
  let at = edit.end
  let size = FIRST_WINDOW
  while (at < text.length) {
    const window = before + text.slice(at, at + size)
    const next = find(window).findLast(({ start, end }) => start === before.length && end > start)
    const most = next === undefined ? reach : MAX_WINDOW
    // Without a match, or with one up to the end of the window, more may tell.
    if ((next === undefined || next.end === window.length) && at + size < text.length && size < most) {
      size *= 4
      continue
    }
    if (next === undefined) break
    const end = at + next.end - before.length
    row.push({ ...next, start: at, end })
    before = (next.replacement ?? ']').slice(-1)
    at = end
    size = FIRST_WINDOW
  }
  return row
}

/** The same for what an edit uncovers before it. */
function rowBefore(text: string, edit: Edit, reach: number, find: Find): Finding[] {
  const row: Finding[] = []
  let after = edit.replacement.slice(0, 1)
  let at = edit.start
  let size = FIRST_WINDOW
  while (at > 0) {
    const from = Math.max(0, at - size)
    const next = find(text.slice(from, at) + after).find(({ start, end }) => end === at - from && end > start)
    const most = next === undefined ? reach : MAX_WINDOW
    if ((next === undefined || next.start === 0) && from > 0 && size < most) {
      size *= 4
      continue
    }
    if (next === undefined) break
    const start = from + next.start
    row.push({ ...next, start, end: at })
    after = (next.replacement ?? '[').slice(0, 1)
    at = start
    size = FIRST_WINDOW
  }
  return row
}

/** Findings and the rows on both sides of them, by ascending start. Two edits may uncover the same row between them. */
function withRows(text: string, found: readonly Finding[], reach: number, find: Find): Finding[] {
  const all = new Map<string, Finding>()
  const add = (finding: Finding): void => {
    all.set(`${finding.start} ${finding.end} ${finding.rule}`, finding)
  }
  let budget = ROW_BUDGET * text.length
  const findWithin: Find = (part) => {
    budget -= part.length
    return budget < 0 ? [] : find(part)
  }
  found.forEach(add)
  for (const edit of toEdits(found)) {
    if (budget < 0) break
    rowBefore(text, edit, reach, findWithin).forEach(add)
    rowBehind(text, edit, reach, findWithin).forEach(add)
  }
  return [...all.values()].sort((a, b) => a.start - b.start || a.end - b.end)
}

/**
 * Masks what the patterns find and reports it. Never cuts the text short. What is masked can uncover another
 * match beside it (a token glued to the next), so the result is read again until nothing is left to mask:
 * sanitising twice gives what sanitising once gave. Linear in the text; eight readings at most.
 */
export function sanitize(text: string, options: SanitizeOptions = {}): Sanitized {
  const { inspector = sharedInspector(), policy, channel = CONTENT } = options
  const masks = (finding: Finding): boolean =>
    policy === undefined || compareActions(policy.decide(finding, channel), 'redact') >= 0
  const scanMasked = (part: string): Finding[] => inspector.scan(part).filter(masks)
  let current = options.stripControls === true ? stripControls(text) : text
  const findings: Finding[] = []
  const applied: Applied[] = []
  for (let reading = 0; reading < MAX_READINGS; reading += 1) {
    // On later readings only what is new counts; unmasked findings of the first reading would repeat.
    const scanned = inspector.scan(current)
    const found =
      reading < ROW_READING ? scanned : withRows(current, scanned.filter(masks), reachOf(reading), scanMasked)
    const edits = toEdits(found.filter(masks))
    for (const finding of reading === 0 ? found : found.filter(masks)) {
      let { start, end } = finding
      for (const earlier of applied.toReversed()) {
        start = mapBack(start, earlier, false)
        end = mapBack(end, earlier, true)
      }
      findings.push({ ...finding, start, end })
    }
    if (edits.length === 0) break
    current = applyEdits(current, edits)
    applied.push({ edits, places: placesOf(edits) })
  }
  return { text: current, findings: findings.sort((a, b) => a.start - b.start || a.end - b.end) }
}
