import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { readSse } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import { createEventHub, type GatewayEvent } from '../src/events.ts'

/** A response that takes `room` writes, then none until it is drained. */
function viewer(room: number): {
  response: ServerResponse
  told: () => { id?: unknown; type: string; text?: string; count?: number }[]
  drain: (room: number) => void
} {
  let left = room
  let text = ''
  const response = Object.assign(new EventEmitter(), {
    write(piece: string) {
      text += piece
      return --left > 0
    },
    destroy() {},
  })
  return {
    response: response as unknown as ServerResponse,
    told: () => readSse(Buffer.from(text)).map(({ data }) => JSON.parse(data) as { type: string }),
    drain(more) {
      left = more
      response.emit('drain')
    },
  }
}

const text = (n: number): GatewayEvent => ({
  type: 'text',
  stream: 's',
  channel: 'content/0',
  text: String(n),
  redacted: false,
})

describe('createEventHub', () => {
  it('drops for a viewer that does not read, counts it, and tells it so', () => {
    let dropped = 0
    const hub = createEventHub({ viewerBuffer: 3, onDropped: (count) => (dropped += count) })
    const slow = viewer(2)
    const quick = viewer(1000)
    hub.attach(slow.response, undefined)
    hub.attach(quick.response, undefined)
    for (let n = 0; n < 10; n++) hub.publish(text(n))
    expect(slow.told().map((event) => event.text)).toEqual(['0'])
    expect(dropped).toBe(6)
    slow.drain(1000)
    expect(slow.told().map((event) => event.text ?? event.count)).toEqual(['0', '1', '2', '3', 6])
    hub.publish(text(10))
    expect(slow.told().at(-1)!.text).toBe('10')
    expect(quick.told()).toHaveLength(11)
  })

  it('forgets a viewer that left', () => {
    const hub = createEventHub({ onDropped: () => {} })
    const gone = viewer(1000)
    hub.attach(gone.response, undefined)
    expect(hub.watched).toBe(true)
    gone.response.emit('close')
    expect(hub.watched).toBe(false)
  })

  it('keeps the last events for a viewer that comes back, and says how many it lost', () => {
    const hub = createEventHub({ ringSize: 4, onDropped: () => {} })
    for (let n = 1; n <= 10; n++) hub.publish(text(n))
    const back = viewer(1000)
    hub.attach(back.response, '2')
    expect(back.told().map((event) => event.text ?? event.count)).toEqual([4, '7', '8', '9', '10'])
    const current = viewer(1000)
    hub.attach(current.response, '9')
    expect(current.told().map((event) => event.text)).toEqual(['10'])
    const confused = viewer(1000)
    hub.attach(confused.response, 'yesterday')
    expect(confused.told()).toEqual([])
  })
})
