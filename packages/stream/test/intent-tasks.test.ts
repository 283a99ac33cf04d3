import { createFakeClock } from '@midstream/test-kit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createIntentWatcher } from '../src/index.ts'
import { readAll, settle, told, watching, words } from './intent-watching.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('createIntentWatcher', () => {
  it('ST-08 tells of a tool that throws, now or later, and reads on', async () => {
    const now = (): never => {
      throw new Error('no network')
    }
    const later = () => Promise.reject(new Error('no network'))
    for (const run of [now, later]) {
      const { open, events } = watching({ run })
      const watch = open()
      watch.push('URGENT weather')
      await settle()
      watch.push(' schedule a meeting')
      watch.end()
      expect(told(events).slice(2)).toEqual([
        'task-started weather',
        'task-failed weather',
        'intent-seen calendar',
      ])
      const failed = events.find(({ type }) => type === 'task-failed')
      expect(failed).toMatchObject({ error: { code: 'TASK_FAILED', cause: new Error('no network') } })
    }
  })

  it('ST-08 gives a tool up that takes too long, aborts its signal, and reads on', async () => {
    const { open, events, clock, signals } = watching({ run: () => new Promise(() => {}), timeoutMs: 2000 })
    const watch = open()
    watch.push('URGENT weather')
    await settle()
    clock.advance(1999)
    watch.push('.')
    expect(signals[0]!.aborted).toBe(false)
    clock.advance(1)
    watch.push(' schedule a meeting')
    const error = { code: 'TASK_TIMEOUT', details: { intent: 'weather', limit: 2000 } }
    expect(events.slice(3)).toMatchObject([
      { type: 'task-failed', intent: 'weather', tookMs: 2000, error },
      { type: 'intent-seen', match: { intent: 'calendar' } },
    ])
    expect(signals[0]!.reason).toMatchObject(error)
  })

  it('ST-08 gives a tool up in time although no more text comes, and keeps no timer after', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { open, events, clock } = watching({ run: () => new Promise(() => {}), timeoutMs: 1000 })
    readAll(open(), ['URGENT weather'])
    await settle()
    expect(vi.getTimerCount()).toBe(1)
    clock.advance(1000)
    vi.advanceTimersByTime(250)
    expect(events.at(-1)).toMatchObject({ type: 'task-failed', error: { code: 'TASK_TIMEOUT' } })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps one timer for all tasks of a stream, which holds no process', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const finish: (() => void)[] = []
    const task = { run: () => new Promise<void>((resolve) => finish.push(resolve)) }
    const watcher = createIntentWatcher({
      inspector: words,
      clock: createFakeClock(),
      intents: { a: { rules: ['word/URGENT'], task }, b: { rules: ['word/weather'], task } },
    })
    readAll(watcher.open(), ['URGENT weather'])
    await settle()
    expect(vi.getTimerCount()).toBe(1)
    finish[0]!()
    await settle()
    expect(vi.getTimerCount()).toBe(1)
    finish[1]!()
    await settle()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    const setting = vi.spyOn(globalThis, 'setInterval')
    readAll(watcher.open(), ['URGENT'])
    expect((setting.mock.results[0]!.value as NodeJS.Timeout).hasRef()).toBe(false)
    setting.mockRestore()
    await settle()
    for (const end of finish) end()
    await settle()
  })

  it('tells the result of a task and how long it took, once, even when it ends after its timeout', async () => {
    let finish = (_: string): void => {}
    const run = () => new Promise<string>((resolve) => (finish = resolve))
    const first = watching({ run })
    first.open().push('URGENT weather')
    await settle()
    first.clock.advance(40)
    finish('sunny')
    await settle()
    const ended = { type: 'task-ended', intent: 'weather', result: 'sunny', tookMs: 40 }
    expect(first.events.slice(3)).toEqual([ended])

    const late = watching({ run, timeoutMs: 30 })
    readAll(late.open(), ['URGENT weather'])
    await settle()
    late.clock.advance(30)
    finish('rain')
    await settle()
    expect(late.events.slice(3)).toMatchObject([{ type: 'task-failed', error: { code: 'TASK_TIMEOUT' } }])
  })

  it('aborts what runs when the stream is aborted, also after its end, and tells nothing more', async () => {
    for (const ended of [false, true]) {
      const { open, events, signals, matches } = watching({ run: () => new Promise(() => {}) })
      const watch = open()
      watch.push('URGENT weather schedule a meet')
      await settle()
      if (ended) watch.end()
      watch.abort()
      watch.abort()
      watch.push('ing')
      watch.end()
      expect(matches).toHaveLength(1)
      expect(signals[0]!.reason).toMatchObject({ code: 'TASK_CANCELLED' })
      expect(told(events).slice(3)).toEqual(['task-failed weather'])
    }
  })

  it('does not run a task of a stream that is aborted at once', async () => {
    const { open, matches } = watching()
    const watch = open()
    watch.push('URGENT weather')
    watch.abort()
    await settle()
    expect(matches).toEqual([])
  })

  it('follows a signal, and lets go of it when all is over', async () => {
    const controller = new AbortController()
    const remove = vi.spyOn(controller.signal, 'removeEventListener')
    const { open, events, signals } = watching({ run: () => new Promise(() => {}) })
    const watch = open({ signal: controller.signal })
    readAll(watch, ['URGENT weather'])
    await settle()
    // The task still runs.
    expect(remove).not.toHaveBeenCalled()
    controller.abort(new Error('gone'))
    expect(signals[0]!.aborted).toBe(true)
    expect(events.at(-1)).toMatchObject({ error: { code: 'TASK_CANCELLED', cause: new Error('gone') } })
    expect(remove).toHaveBeenCalled()

    open({ signal: controller.signal }).push('schedule a meeting')
    expect(told(events)).not.toContain('intent-seen calendar')
  })

  it('follows a signal after a task has ended, and lets go of it when a task ends last', async () => {
    const controller = new AbortController()
    const remove = vi.spyOn(controller.signal, 'removeEventListener')
    const finish: (() => void)[] = []
    const { open, events } = watching({ run: () => new Promise<void>((resolve) => finish.push(resolve)) })
    const [first, second] = [open({ signal: controller.signal }), open({ signal: controller.signal })]
    for (const watch of [first, second]) watch.push('URGENT weather')
    await settle()
    first.end()
    for (const end of finish) end()
    await settle()
    expect(remove).toHaveBeenCalledOnce()
    controller.abort()
    second.push('schedule a meeting')
    expect(told(events)).not.toContain('intent-seen calendar')
  })

  it('starts nothing for an intent whose observer aborts', async () => {
    const { open, events, matches } = watching()
    const watch = open({
      onEvent(event) {
        events.push(event)
        if (event.type === 'intent-seen' && event.match.intent === 'weather') watch.abort()
      },
    })
    watch.push('URGENT weather')
    await settle()
    expect(matches).toEqual([])
    expect(told(events)).toEqual(['intent-seen urgent', 'intent-seen weather'])
  })

  it('reads nothing of a piece at whose begin the observer of a timeout ends the texts', async () => {
    const { open, events, clock } = watching({ run: () => new Promise(() => {}), timeoutMs: 10 })
    const watch = open({
      onEvent(event) {
        events.push(event)
        if (event.type === 'task-failed') watch.end()
      },
    })
    watch.push('URGENT weather')
    clock.advance(10)
    watch.push('schedule a meeting')
    expect(told(events)).not.toContain('intent-seen calendar')
  })
})
