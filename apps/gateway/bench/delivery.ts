import type { ReceivedEvent } from './response-read.ts'

/** What the reader of one stream got, and when. Times are monotonic microseconds. */
export interface Delivery {
  /** When the first character of content arrived. */
  readonly firstContentMicros: number
  /** When the last character of each sent chunk arrived, by chunk. */
  readonly chunkMicros: readonly number[]
}

/**
 * Compares the events of a stream with the chunks that were sent. Chunks are found by their text, because a guard
 * may move text from one event to a later one. Throws an Error when a character is missing, changed or out of
 * order, or when the stream has no clean end.
 */
export function readDelivery(events: readonly ReceivedEvent[], pieces: readonly string[]): Delivery {
  const expected = pieces.join('')
  const chunkMicros: number[] = []
  let firstContentMicros = Number.NaN
  let delivered = 0
  let sentEnd = 0
  let finish: string | null = null
  let done = false
  for (const { data, timeMicros } of events) {
    if (data === '[DONE]') {
      done = true
      continue
    }
    const { content, finishReason } = readChatEvent(data)
    finish = finishReason ?? finish
    if (content === '') continue
    if (!expected.startsWith(content, delivered)) {
      throw new Error(
        `text differs at character ${delivered}: got ${JSON.stringify(content.slice(0, 40))}, sent ${JSON.stringify(expected.slice(delivered, delivered + 40))}`,
      )
    }
    if (delivered === 0) firstContentMicros = timeMicros
    delivered += content.length
    for (;;) {
      const piece = pieces[chunkMicros.length]
      if (piece === undefined || sentEnd + piece.length > delivered) break
      sentEnd += piece.length
      chunkMicros.push(timeMicros)
    }
  }
  if (delivered !== expected.length) {
    throw new Error(`${delivered} of ${expected.length} characters arrived (finish_reason ${finish})`)
  }
  if (finish !== 'stop' || !done) throw new Error(`no clean end: finish_reason ${finish}, [DONE] ${done}`)
  return { firstContentMicros, chunkMicros }
}

function readChatEvent(data: string): { content: string; finishReason: string | null } {
  const event = JSON.parse(data) as {
    error?: { message?: string }
    choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[]
  }
  if (event.error !== undefined) throw new Error(`error event: ${event.error.message}`)
  const choice = event.choices?.[0]
  return {
    content: choice?.delta?.content ?? '',
    finishReason: choice?.finish_reason ?? null,
  }
}
