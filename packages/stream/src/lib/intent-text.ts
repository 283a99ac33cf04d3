import { type Channel, type Inspector, type InspectorSession, MidstreamError } from '@midstream/core'
import type { IntentEvent, IntentMatch } from './intent.ts'

/** One text in which intents are looked for. */
export interface IntentText {
  readonly channel: Channel
  push(text: string): void
  /** What is undecided is decided. */
  end(): void
}

/** Text before the cleared offset that is kept rather than copied away at every push. */
const SLACK_CHARS = 8192

/**
 * `rules` are the intents of each rule. `tell` gets what was found, and all intents seen so far, after the inspector
 * has returned: it may call back. Memory: what the inspector holds, `SLACK_CHARS`, and the last piece.
 */
export function createIntentText<Name extends string>(
  inspector: Inspector,
  rules: ReadonlyMap<string, readonly Name[]>,
  intents: number,
  channel: Channel,
  tell: (event: IntentEvent<Name>, seen: ReadonlyMap<Name, IntentMatch<Name>>) => void,
): IntentText {
  const seen = new Map<Name, IntentMatch<Name>>()
  // What was found and is still to be told; an intent stands in `found` or `doubted` once.
  let events: IntentEvent<Name>[] = []
  const found = new Set<Name>()
  const doubted = new Set<Name>()
  // The text from `keptFrom` on.
  let kept = ''
  let keptFrom = 0

  const sink = {
    finding(finding: IntentMatch['finding']): void {
      for (const intent of rules.get(finding.rule) ?? []) {
        if (found.has(intent)) continue
        found.add(intent)
        const text = kept.slice(Math.max(0, finding.start - keptFrom), Math.max(0, finding.end - keptFrom))
        events.push({ type: 'intent-seen', match: { intent, channel, finding, text } })
      }
    },
    overflow(rule: string, start: number, end: number): void {
      for (const intent of rules.get(rule) ?? []) {
        if (found.has(intent) || doubted.has(intent)) continue
        doubted.add(intent)
        events.push({ type: 'intent-undecided', intent, channel, rule, start, end })
      }
    },
  }

  let session: InspectorSession | undefined
  attempt(() => {
    session = inspector.open(channel, sink)
  })

  /** An inspector that fails has said what it had to say; nothing else depends on it. */
  function attempt(run: () => void): void {
    try {
      run()
    } catch (error) {
      session = undefined
      // Had it told all there is to tell, it would not have been asked again after a shorter piece.
      if (found.size < intents)
        events.push({ type: 'inspector-failed', inspector: inspector.id, channel, error })
    }
    const now = events
    events = []
    // Told all there is to tell: the rest of the text need not be read.
    if (found.size === intents) session = undefined
    if (session === undefined) kept = ''
    for (const event of now) {
      if (event.type === 'intent-seen') seen.set(event.match.intent, event.match)
      tell(event, seen)
    }
  }

  function inspect(open: InspectorSession, piece: string): void {
    kept += piece
    const cleared = open.push(piece)
    const end = keptFrom + kept.length
    if (!(end - cleared <= inspector.maxHoldChars)) {
      const message = `inspector ${inspector.id} holds more than ${inspector.maxHoldChars} characters`
      const details = { inspector: inspector.id, limit: inspector.maxHoldChars }
      throw new MidstreamError('INSPECTOR_FAILED', message, { details })
    }
    if (cleared === end || cleared - keptFrom > SLACK_CHARS) {
      kept = kept.slice(cleared - keptFrom)
      keptFrom = cleared
    }
  }

  return {
    channel,
    push(piece) {
      const open = session
      if (open !== undefined) attempt(() => inspect(open, piece))
    },
    end() {
      const open = session
      session = undefined
      if (open !== undefined) attempt(() => open.end())
    },
  }
}
