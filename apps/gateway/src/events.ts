import type { ServerResponse } from 'node:http'
import type { Action } from '@midstream/core'
import type { ProtocolId } from './upstream.ts'

/** Version of the events below. A change that breaks a reader raises it. */
export const EVENTS_VERSION = 1

/** What /v1/events tells. Text is text that was delivered, never the text that a redaction replaced. */
export type GatewayEvent =
  | {
      readonly type: 'stream-start'
      readonly stream: string
      readonly protocol: ProtocolId
      readonly model: string
      readonly scenario?: string
    }
  | {
      readonly type: 'text'
      readonly stream: string
      readonly channel: string
      readonly text: string
      readonly redacted: boolean
    }
  | {
      readonly type: 'held'
      readonly stream: string
      readonly channel: string
      readonly chars: number
      readonly ms: number
    }
  | {
      readonly type: 'finding'
      readonly stream: string
      readonly channel: string
      readonly rule: string
      readonly action: Action
      readonly start: number
      readonly end: number
    }
  | {
      readonly type: 'stream-end'
      readonly stream: string
      readonly verdict: Action
      readonly ending: 'complete' | 'cut' | 'failed' | 'aborted'
      readonly error?: string
      readonly ttftMs: number | null
      readonly durationMs: number
      readonly chars: number
      readonly findings: number
    }
  | { readonly type: 'dropped'; readonly count: number }

export interface EventHub {
  /** Whether somebody reads. Events per piece of text are worth making only then. */
  readonly watched: boolean
  publish(event: GatewayEvent): void
  /** Takes over a response. Resumes after `lastEventId` as far as the ring reaches back. */
  attach(response: ServerResponse, lastEventId: string | undefined): void
  /** Writes a comment to every viewer, so that proxies keep the connection. */
  heartbeat(): void
  readonly viewers: number
  close(): void
}

interface Viewer {
  readonly response: ServerResponse
  readonly waiting: string[]
  blocked: boolean
  dropped: number
}

/**
 * Fans events out to viewers. A viewer that does not read gets at most `viewerBuffer` events queued; the next
 * ones are dropped, counted through `onDropped` and told to it as a `dropped` event when it reads again.
 * The last `ringSize` events are kept for viewers that come back.
 */
export function createEventHub(options: {
  readonly ringSize?: number
  readonly viewerBuffer?: number
  readonly onDropped: (count: number) => void
}): EventHub {
  const { ringSize = 512, viewerBuffer = 256, onDropped } = options
  const viewers = new Set<Viewer>()
  const ring: { readonly id: number; readonly event: GatewayEvent }[] = []
  let lastId = 0

  function send(viewer: Viewer, frame: string): void {
    if (!viewer.blocked) {
      viewer.blocked = !viewer.response.write(frame)
    } else if (viewer.waiting.length < viewerBuffer) {
      viewer.waiting.push(frame)
    } else {
      viewer.dropped++
      onDropped(1)
    }
  }

  function drained(viewer: Viewer): void {
    viewer.blocked = false
    const frames = viewer.waiting.splice(0)
    if (viewer.dropped > 0) {
      frames.push(eventFrame({ type: 'dropped', count: viewer.dropped }))
      viewer.dropped = 0
    }
    for (const frame of frames) send(viewer, frame)
  }

  return {
    get watched() {
      return viewers.size > 0
    },
    get viewers() {
      return viewers.size
    },
    publish(event) {
      const id = ++lastId
      if (ring.length === ringSize) ring.shift()
      ring.push({ id, event })
      if (viewers.size === 0) return
      const frame = eventFrame(event, id)
      for (const viewer of viewers) send(viewer, frame)
    },
    attach(response, lastEventId) {
      const viewer: Viewer = { response, waiting: [], blocked: false, dropped: 0 }
      viewers.add(viewer)
      response.on('drain', () => drained(viewer))
      response.on('close', () => viewers.delete(viewer))
      response.write(': midstream events, version 1\n\n')
      if (lastEventId === undefined || !/^\d{1,15}$/.test(lastEventId)) return
      // An id from before a restart is higher than ours: everything in the ring is new to that viewer.
      const seen = Number(lastEventId) > lastId ? 0 : Number(lastEventId)
      const missed = ring.length === 0 ? 0 : ring[0]!.id - 1 - seen
      if (missed > 0) send(viewer, eventFrame({ type: 'dropped', count: missed }))
      for (const { id, event } of ring) if (id > seen) send(viewer, eventFrame(event, id))
    },
    heartbeat() {
      for (const viewer of viewers) if (!viewer.blocked) viewer.blocked = !viewer.response.write(':\n\n')
    },
    close() {
      for (const viewer of viewers) viewer.response.destroy()
      viewers.clear()
    },
  }
}

function eventFrame(event: GatewayEvent, id?: number): string {
  const data = JSON.stringify({ v: EVENTS_VERSION, ...event })
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event.type}\ndata: ${data}\n\n`
}
