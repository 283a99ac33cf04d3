import type { Channel, Finding, Inspector, InspectorSink } from '@midstream/core'

/** Something a session reported. `pushed` and `cleared` are what the caller knew when it came. */
export interface Reported {
  readonly type: 'finding' | 'overflow'
  readonly rule: string
  readonly start: number
  readonly end: number
  readonly pushed: number
  readonly cleared: number
}

export interface InspectorRun {
  readonly reported: readonly Reported[]
  /** The same reports without the moment: what must not depend on the split. */
  readonly results: readonly unknown[]
  /** Pairs of code units pushed and the offset that `push` returned. */
  readonly clearedAt: readonly (readonly [pushed: number, cleared: number])[]
  /** The findings as they were handed out, and a copy of what they held then. */
  readonly handedOut: readonly { readonly finding: Finding; readonly copy: string }[]
  /** Reports that came outside `push` and `end`; more may follow when the promises of now have settled. */
  readonly strayed: readonly string[]
}

export interface OpenRun {
  push(text: string): void
  end(): void
  readonly run: InspectorRun
}

/** Opens a session and records what it does. Throws TypeError when the inspector declines the channel. */
export function openRun(inspector: Inspector, channel: Channel): OpenRun {
  const reported: Reported[] = []
  const results: unknown[] = []
  const clearedAt: [number, number][] = []
  const handedOut: { finding: Finding; copy: string }[] = []
  let pushed = 0
  let cleared = 0
  const strayed: string[] = []
  let calling = false
  function report(type: Reported['type'], rule: string, start: number, end: number): void {
    if (!calling) strayed.push(`${type} ${rule} [${start}, ${end})`)
    reported.push({ type, rule, start, end, pushed, cleared })
  }
  function during<T>(call: () => T): T {
    calling = true
    try {
      return call()
    } finally {
      calling = false
    }
  }
  // Frozen: it belongs to the engine, which may hand the same one to several inspectors.
  const sink = Object.freeze<InspectorSink>({
    finding(finding) {
      const { rule, start, end } = finding
      report('finding', rule, start, end)
      results.push({ type: 'finding', ...finding })
      handedOut.push({ finding, copy: JSON.stringify(finding) })
    },
    overflow(rule, start, end) {
      report('overflow', rule, start, end)
      results.push({ type: 'overflow', rule, start, end })
    },
  })
  const session = inspector.open(channel, sink)
  if (session === undefined) throw new TypeError(`${inspector.id} declines channel ${channel.key}`)
  return {
    push(text) {
      pushed += text.length
      cleared = during(() => session.push(text))
      clearedAt.push([pushed, cleared])
    },
    end: () => during(() => session.end()),
    run: { reported, results, clearedAt, handedOut, strayed },
  }
}

/** One session from start to end over the pieces of a text. */
export function runPieces(inspector: Inspector, channel: Channel, pieces: readonly string[]): InspectorRun {
  const { push, end, run } = openRun(inspector, channel)
  for (const piece of pieces) push(piece)
  end()
  return run
}
