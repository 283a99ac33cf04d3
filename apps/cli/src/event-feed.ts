import type { GatewayEvent } from '@midstream/gateway'

/** An event as it came: the object, and its JSON in one line. */
export interface FeedEntry {
  readonly event: GatewayEvent
  readonly json: string
}

/**
 * Connects to the event stream of a gateway. The events of everything that starts after this resolves are in
 * the returned iterable, which is read once; leaving its loop closes the connection. Rejects when the gateway
 * does not answer with an event stream.
 */
export async function openEventFeed(gatewayUrl: string): Promise<AsyncIterable<FeedEntry>> {
  const response = await fetch(`${gatewayUrl}/v1/events`)
  if (!response.ok || response.body === null) throw new Error(`/v1/events answered ${response.status}`)
  return readEvents(response.body.pipeThrough(new TextDecoderStream()))
}

async function* readEvents(chunks: AsyncIterable<string>): AsyncIterable<FeedEntry> {
  let unread = ''
  for await (const chunk of chunks) {
    const blocks = (unread + chunk).split('\n\n')
    unread = blocks.pop() ?? ''
    for (const block of blocks) {
      // The gateway writes one data line per event; a block without one is a comment that keeps the line open.
      const json = /^data: (.*)$/m.exec(block)?.[1]
      if (json !== undefined) yield { event: JSON.parse(json) as GatewayEvent, json }
    }
  }
}
