import { type Inspector, MidstreamError } from '@midstream/core'
import { splitTwice } from '@midstream/test-kit'
import { describe, expect, it, vi } from 'vitest'
import { settle, told, watching, words } from './intent-watching.ts'

describe('IntentWatcher.watch', () => {
  async function* source(pieces: Iterable<string>, closed: () => void = () => {}) {
    try {
      yield* pieces
    } finally {
      closed()
    }
  }

  it('I-3 ST-08 passes every piece on as it came, whatever the inspector, the tool and the observer do', async () => {
    const failing: Inspector = {
      ...words,
      open() {
        throw new Error('inspector')
      },
    }
    const fail = (): never => {
      throw new Error('fail')
    }
    const text = 'URGENT weather'
    for (const inspector of [words, failing]) {
      for (const pieces of splitTwice(text)) {
        const { watcher } = watching({ run: fail }, inspector)
        const got: string[] = []
        for await (const piece of watcher.watch(source(pieces), { onEvent: fail })) got.push(piece)
        expect(got).toEqual([...pieces])
      }
    }
  })

  it('gives a piece on before the next one is there: no text is held for an intent', async () => {
    const { watcher } = watching()
    let asked = 0
    async function* slow() {
      for (const piece of ['wea', 'ther']) {
        asked++
        yield piece
      }
    }
    const texts = watcher.watch(slow())
    expect((await texts.next()).value).toBe('wea')
    expect(asked).toBe(1)
    await texts.return()
  })

  it('ST-12 aborts the tasks and closes the source when the reader leaves', async () => {
    const { watcher, signals, options } = watching({ run: () => new Promise(() => {}) })
    const closed = vi.fn()
    for await (const _ of watcher.watch(source(['URGENT weather', 'more'], closed), options)) {
      await settle()
      break
    }
    expect(closed).toHaveBeenCalledOnce()
    expect(signals[0]!.reason).toMatchObject({ code: 'TASK_CANCELLED' })
  })

  it('hands the failure of a source on; its tasks go on', async () => {
    const { watcher, signals, events, options } = watching({ run: () => new Promise(() => {}) })
    async function* failing() {
      yield 'URGENT weather schedule a meeting'
      throw new MidstreamError('UPSTREAM_ABORTED', 'broke')
    }
    const read = async () => {
      for await (const _ of watcher.watch(failing(), options));
    }
    await expect(read()).rejects.toMatchObject({ code: 'UPSTREAM_ABORTED' })
    expect(signals[0]!.aborted).toBe(false)
    expect(told(events)).toContain('intent-seen calendar')
  })

  it('reads a web stream and a plain list', async () => {
    const { watcher, events, options } = watching()
    for (const texts of [ReadableStream.from(['wea', 'ther']), ['wea', 'ther']]) {
      const got: string[] = []
      for await (const piece of watcher.watch(texts as AsyncIterable<string>, options)) got.push(piece)
      expect(got).toEqual(['wea', 'ther'])
    }
    expect(told(events)).toEqual(['intent-seen weather', 'intent-seen weather'])
  })
})
