import { MidstreamError } from '@midstream/core'
import { createDecisionQueue } from './decision-queue.ts'
import {
  createExpressionLane,
  type ExpressionLane,
  type ExpressionShard,
  endExpressions,
  expressionFrontier,
  resetExpressionLane,
  runExpressions,
} from './expression-lane.ts'
import { scanPair } from './lane-pair.ts'
import {
  createLiteralLane,
  type LiteralLane,
  type LiteralShard,
  literalFrontier,
  resetLiteralLane,
  runLiterals,
} from './literal-lane.ts'
import type { MatcherSession, MatcherSink } from './pattern.ts'
import { createRing, type Ring, reserve } from './ring.ts'

/** Code units handled at once; bounds what a long push adds to the ring. */
const SLICE = 4096
/** Code units for which two lanes run alone after one of them had something to decide. */
const DETOUR = 32

/** What a session works on. Typed arrays cost more to make than a short text to read, so they are used again. */
interface Workspace {
  readonly ring: Ring
  readonly literals: readonly LiteralLane[]
  readonly expressions: readonly ExpressionLane[]
}

const DEAF: MatcherSink = { match() {}, overflow() {} }

/** Workspaces kept for later, at most, and the longest ring that is kept. */
const KEPT_WORKSPACES = 256
const KEPT_UNITS = 4096

/** Opens texts over the automata of a matcher. */
export function createSessions(
  literalShards: readonly LiteralShard[],
  expressionShards: readonly ExpressionShard[],
): (sink: MatcherSink) => MatcherSession {
  const kept: Workspace[] = []
  const unused: MatcherSession[] = []

  function take(): Workspace {
    return (
      kept.pop() ?? {
        ring: createRing(),
        literals: literalShards.map(createLiteralLane),
        expressions: expressionShards.map(createExpressionLane),
      }
    )
  }

  function giveBack(workspace: Workspace): void {
    if (kept.length >= KEPT_WORKSPACES || workspace.ring.mask >= KEPT_UNITS) return
    workspace.literals.forEach(resetLiteralLane)
    workspace.expressions.forEach(resetExpressionLane)
    kept.push(workspace)
  }

  return (sink) => {
    // When the last session is collected V8 drops the code that it has compiled for sessions, and the next text is
    // read by the interpreter: one that is never used keeps it.
    if (unused.length === 0) unused.push(openSession(take(), giveBack, DEAF))
    return openSession(take(), giveBack, sink)
  }
}

function openSession(
  workspace: Workspace,
  giveBack: (workspace: Workspace) => void,
  sink: MatcherSink,
): MatcherSession {
  const { ring, literals, expressions } = workspace
  const queue = createDecisionQueue(sink)
  const { waiting } = queue
  let position = 0
  let cleared = 0
  let ended = false

  /** Makes room for the code units up to `next`. */
  function makeRoom(next: number): void {
    // One code unit before the cleared offset stays: look-behind conditions ask about it.
    if (next - cleared >= ring.mask) reserve(ring, Math.max(0, cleared - 1), position, next)
  }

  function readText(text: string, from: number, to: number): void {
    makeRoom(position + to - from)
    const { units, mask } = ring
    for (let i = from, p = position; i < to; i++, p++) units[p & mask] = text.charCodeAt(i)
    advance(position + to - from)
  }

  function readUnits(source: Uint16Array, from: number, to: number): void {
    makeRoom(position + to - from)
    const { units, mask } = ring
    for (let i = from, p = position; i < to; i++, p++) units[p & mask] = source[i]!
    advance(position + to - from)
  }

  /** Reads the code units of the ring up to `next`. */
  function advance(next: number): void {
    let frontier = next
    for (let i = 0; i < literals.length; i++) {
      const lane = literals[i]!
      runLiterals(lane, ring, position, next, queue)
      frontier = Math.min(frontier, literalFrontier(lane, next))
    }
    const first = expressions.length === 2 ? readPair(next) : 0
    for (let i = first; i < expressions.length; i++)
      runExpressions(expressions[i]!, ring, position, next, queue)
    for (let i = 0; i < expressions.length; i++) {
      frontier = Math.min(frontier, expressionFrontier(expressions[i]!, next))
    }
    position = next
    cleared = frontier
  }

  /** Runs the two lanes side by side as far as that goes, and one after the other for the code units between. */
  function readPair(next: number): 2 {
    const a = expressions[0]!
    const b = expressions[1]!
    for (let at = position; at < next; ) {
      at = scanPair(a, b, ring, at, next)
      if (at === next) break
      const until = Math.min(next, at + DETOUR)
      runExpressions(a, ring, at, until, queue)
      runExpressions(b, ring, at, until, queue)
      at = until
    }
    return 2
  }

  function requireOpen(): void {
    if (ended) throw new MidstreamError('SESSION_ENDED', 'push after end')
  }

  return {
    push(text) {
      requireOpen()
      // Set until the work is done: what a validator or the sink throws ends the session.
      ended = true
      const { length } = text
      for (let from = 0; from < length; from += SLICE) {
        readText(text, from, Math.min(from + SLICE, length))
        if (waiting.length > 0) queue.deliver(cleared)
      }
      ended = false
      return cleared
    },
    pushUnits(units, from, to) {
      requireOpen()
      ended = true
      for (let at = from; at < to; at += SLICE) {
        readUnits(units, at, Math.min(at + SLICE, to))
        if (waiting.length > 0) queue.deliver(cleared)
      }
      ended = false
      return cleared
    },
    end() {
      if (ended) return
      ended = true
      for (const lane of expressions) endExpressions(lane, ring, position, queue)
      cleared = position
      queue.deliver(Infinity)
      giveBack(workspace)
    },
  }
}
