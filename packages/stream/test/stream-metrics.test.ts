import { createMetricLog } from '@midstream/core'
import { createFakeClock, openaiChatStream } from '@midstream/test-kit'
import { describe, expect, it } from 'vitest'
import {
  createGuard,
  type GuardReport,
  guardFetch,
  guardStream,
  openaiChat,
  STREAM_METRICS,
  type StreamMetrics,
} from '../src/index.ts'

const answer = new TextEncoder().encode(openaiChatStream({ deltas: ['Hel', 'lo ', 'world'] }))

function guarded(chunks: readonly Uint8Array[], metrics: StreamMetrics, clock = createFakeClock()) {
  const guard = createGuard({
    inspectors: 'off',
    policy: { decide: () => 'allow' },
    limits: { maxChunkBytes: 1000 },
    clock,
  })
  const written: Uint8Array[] = []
  const reports: GuardReport[] = []
  const stream = guardStream(guard, openaiChat, {
    write: (bytes) => written.push(bytes),
    end: (report) => reports.push(report),
    metrics,
  })
  for (const chunk of chunks) {
    stream.push(chunk)
    clock.advance(10_000)
  }
  stream.end()
  return { bytes: Buffer.concat(written), reports }
}

describe('guardStream', () => {
  it('ST-20 ST-10 I-11 records the lengths of chunks, and their average under that name', () => {
    expect(STREAM_METRICS).toEqual(['chunk_length_bytes', 'average_chunk_length_bytes'])
    const clock = createFakeClock()
    const metrics = createMetricLog({ names: STREAM_METRICS, clock })
    const rest = answer.subarray(40)
    guarded([answer.subarray(0, 30), new Uint8Array(), answer.subarray(30, 40), rest], metrics, clock)
    const sum = answer.length
    expect(metrics.query('chunk_length_bytes', 60_000)).toEqual({
      count: 3,
      sum,
      average: sum / 3,
      min: 10,
      max: rest.length,
      complete: true,
    })
    // The first chunk is 40 s old by now; the empty one was none.
    expect(metrics.query('chunk_length_bytes', 30_000)).toMatchObject({ count: 2, sum: sum - 30 })
    expect(metrics.query('average_chunk_length_bytes', 30_000)).toMatchObject({ count: 1, average: sum / 3 })
  })

  it('I-11 records no chunk that was refused, and no average of none', () => {
    const metrics = createMetricLog({ names: STREAM_METRICS, clock: createFakeClock() })
    const { reports } = guarded([new Uint8Array(1001)], metrics)
    expect(reports[0]?.error?.code).toBe('CHUNK_TOO_LARGE')
    expect(reports[0]).not.toHaveProperty('observerFailures')
    for (const name of STREAM_METRICS) expect(metrics.query(name, 1000).count).toBe(0)
  })

  it('ST-03 goes on when the recorder of metrics throws, and counts it', () => {
    const record = (): never => {
      throw new Error('metrics are down')
    }
    const { bytes, reports } = guarded([answer.subarray(0, 30), answer.subarray(30)], { record })
    expect(bytes).toEqual(Buffer.from(answer))
    expect(reports).toMatchObject([{ ending: 'complete', observerFailures: 3 }])
  })
})

describe('guardFetch', () => {
  it('ST-20 records the chunk lengths of streamed answers', async () => {
    const metrics = createMetricLog({ names: STREAM_METRICS })
    const guard = createGuard({ inspectors: 'off', policy: { decide: () => 'allow' } })
    const headers = { 'content-type': 'text/event-stream' }
    const fetching = guardFetch(async () => new Response(answer, { headers }), guard, { metrics })
    const response = await fetching('https://api.example.com/v1/chat/completions', {
      method: 'POST',
      body: '{"messages":[]}',
    })
    expect(await response.text()).toBe(new TextDecoder().decode(answer))
    expect(metrics.query('chunk_length_bytes', Infinity).sum).toBe(answer.length)
    expect(metrics.query('average_chunk_length_bytes', Infinity).count).toBe(1)
  })
})
