import { createCounts, type Engine } from './engine-types.ts'
import { beginSlice, createMeter, missedAfter, settleTasks, startTask } from './meter.ts'
import type { Observers } from './observers.ts'
import { checkAbove, checkInteger, type ResolvedOptions } from './options.ts'
import { keyOf } from './policy.ts'
import { createPump } from './pump.ts'
import {
  createReadyQueue,
  readyPop,
  readyPush,
  readyRemove,
  readyWorst,
  runsAfterWorst,
} from './ready-queue.ts'
import { notANumber, queueClosed, queueFull, utilizationExceeded } from './refusals.ts'
import { createRepeat, nextTurn, type Repeat, releaseOf } from './repeat.ts'
import {
  createSlotTable,
  DEADLINE,
  EXTRA,
  FREE,
  freeSlot,
  ID,
  KEY,
  LEVEL_MASK,
  LEVEL_SHIFT,
  MOVING,
  READY,
  RELEASE,
  STATE_MASK,
  STATUS,
  slotOf,
  takeSlot,
  WAITING,
} from './slot-table.ts'
import { rejectSubmission } from './submission.ts'
import { createTaskExtras, throwIfAborted } from './task-extras.ts'
import type { DropReason, RepeatOptions, Scheduler, TaskId, TaskOptions } from './types.ts'
import { createWaitingProducers } from './waiting-producers.ts'
import { createWheel, wheelAdd, wheelAdvance, wheelNext, wheelRemove } from './wheel.ts'

const DEFAULT_PRIORITY = 16
/** The starvation guard takes at most every fourth task: under overload the policy still decides most. */
const GUARD_EVERY = 4

export function createEngine(settings: ResolvedOptions, observers: Observers): Engine {
  const { policy, capacity, maxDelayed, overflow, stage, clock, host, clockEvery, tickMs, maxWaitMs } =
    settings
  const { autoRun } = settings
  const levelled = policy === 'fixed-priority'
  const keyIsDeadline = levelled || policy === 'edf'
  const guarded = maxWaitMs < Infinity
  const dropLate = settings.late === 'drop'
  const table = createSlotTable(capacity + maxDelayed + 1)
  const queue = createReadyQueue(table, overflow === 'drop-lowest', overflow === 'drop-oldest' || guarded)
  const wheel = createWheel(table, Math.floor(clock.now() / tickMs))
  const meter = createMeter(clockEvery, settings.slackMs, settings.slackShare)
  const onMissed =
    observers.onMissed && ((id: TaskId, lateMs: number) => observers.onMissed?.({ id, lateMs }))
  const extras = createTaskExtras(remove)
  const producers = createWaitingProducers()
  const counts = createCounts()
  const { dropped } = counts
  const pump = createPump(clock, host, onTurn)

  let state: Scheduler['state'] = 'running'
  let admits = true
  let mayRun = true
  let inSlice = false
  /** Nothing needs to be done to make a turn come: one is on its way, or this is one, or none may. */
  let awake = !autoRun
  let sliceEnd = Infinity
  /** Time at which the wheel wants to be advanced. */
  let nextDue = Infinity
  /** One-shot tasks in the wheel, and repeating ones wherever they are: what `maxDelayed` limits. */
  let places = 0
  let utilization = 0
  let sinceGuard = 0
  let onIdle: (() => void)[] = []

  function onTurn(): void {
    run(settings.sliceMs, Infinity)
  }

  /** Makes sure that a turn comes when there is something to do. */
  function wake(): void {
    if (inSlice || !autoRun || !mayRun) return
    awake = queue.size > 0
    if (awake) pump.defer()
    else pump.wakeAt(nextDue)
  }

  function dueTick(slot: number): number {
    return Math.ceil(table.f[slot * 8 + RELEASE]! / tickMs)
  }

  function releaseDue(now: number): void {
    wheelAdvance(wheel, Math.floor(now / tickMs), dueTick, onDue)
    nextDue = wheelNext(wheel) * tickMs
  }

  function onDue(slot: number): void {
    const status = table.i[slot * 16 + STATUS]!
    const key = table.f[slot * 8 + KEY]!
    const level = (status >> LEVEL_SHIFT) & LEVEL_MASK
    if (repeatOf(slot) === undefined) places--
    if (queue.size >= capacity) {
      const id = table.f[slot * 8 + ID]!
      table.i[slot * 16 + STATUS] = (status & ~STATE_MASK) | MOVING
      const hasRoom = makeRoom(level, key)
      // An observer may have cancelled this very task.
      if (table.f[slot * 8 + ID] !== id) return
      if (!hasRoom) {
        discard(slot, 'rejected')
        return
      }
    }
    table.i[slot * 16 + STATUS] = (status & ~STATE_MASK) | READY
    counts.released++
    readyPush(queue, slot, level, key)
  }

  /** Sheds a task for one of this level and key. False when the new one is to go. */
  function makeRoom(level: number, key: number): boolean {
    observers.onBackpressure?.({ stage, fill: (queue.size + producers.size) / capacity })
    // The observer may have cancelled something.
    if (queue.size < capacity) return true
    if (overflow === 'reject') return false
    if (overflow === 'drop-lowest' && runsAfterWorst(queue, level, key)) return false
    const victim = overflow === 'drop-oldest' ? queue.oldest : readyWorst(queue)
    readyRemove(queue, victim)
    discard(victim, overflow === 'drop-oldest' ? 'oldest' : 'lowest')
    return queue.size < capacity
  }

  /** Puts a slot whose RELEASE is set into the wheel. */
  function addDelayed(slot: number, key: number): void {
    const at = slot * 16 + STATUS
    table.i[at] = (table.i[at]! & ~STATE_MASK) | WAITING
    table.f[slot * 8 + KEY] = key
    const tick = dueTick(slot)
    wheelAdd(wheel, slot, tick)
    if (tick * tickMs < nextDue) nextDue = wheelNext(wheel) * tickMs
  }

  function refuse(limit: number): never {
    counts.refused++
    throw queueFull(stage, limit)
  }

  function schedule<A>(task: (arg: A) => unknown, how: TaskOptions | undefined, arg: A): TaskId {
    if (!admits) throw queueClosed(stage, state)
    let level = levelled ? DEFAULT_PRIORITY : 0
    let deadline = Infinity
    let key = Infinity
    let flags = 0
    let due: number
    if (how === undefined) due = readTime()
    else {
      const { at, priority, deadlineMs, delayMs, signal } = how
      due = at === undefined ? readTime() : at
      if (priority !== undefined && levelled) {
        if ((priority & 31) !== priority) checkInteger('priority', priority, 0, 31)
        level = priority
      }
      if (signal !== undefined) {
        throwIfAborted(signal)
        flags = EXTRA
      }
      if (delayMs !== undefined && delayMs !== 0) return scheduleLater(task, how, arg, due, level, flags)
      if (deadlineMs !== undefined) deadline = due + deadlineMs
      key = keyIsDeadline ? deadline : otherKey(how, deadline)
      if (!(key > -Infinity && deadline > -Infinity && Number.isFinite(due))) throw notANumber()
    }
    if (queue.size >= capacity) {
      if (!makeRoom(level, key)) refuse(capacity)
      // An observer may have closed the scheduler, or aborted this task.
      if (!admits) throw queueClosed(stage, state)
      if (flags !== 0) throwIfAborted(how!.signal!)
    }
    // What `fill` does: a call of a closure is not inlined once there is a second scheduler in the program.
    const slot = takeSlot(table)
    const { f, i, refs } = table
    const id = f[slot * 8 + ID]!
    f[slot * 8 + RELEASE] = due
    f[slot * 8 + DEADLINE] = deadline
    i[slot * 16 + STATUS] = (level << LEVEL_SHIFT) | READY | flags
    refs[slot * 2] = task
    refs[slot * 2 + 1] = arg
    if (flags !== 0) extras.watch(slot, id, how!.signal!)
    counts.released++
    readyPush(queue, slot, level, key)
    if (!awake) wake()
    return id
  }

  function fill(task: unknown, arg: unknown, release: number, deadline: number, status: number): number {
    const slot = takeSlot(table)
    const { f, i, refs } = table
    f[slot * 8 + RELEASE] = release
    f[slot * 8 + DEADLINE] = deadline
    i[slot * 16 + STATUS] = status
    refs[slot * 2] = task
    refs[slot * 2 + 1] = arg
    return slot
  }

  function readTime(): number {
    return inSlice && clockEvery > 1 ? meter.now : clock.now()
  }

  function otherKey({ costMs = 0, periodMs = Infinity }: TaskOptions, deadline: number): number {
    return keyOf(policy, deadline, costMs, periodMs)
  }

  function scheduleLater<A>(
    task: (arg: A) => unknown,
    how: TaskOptions,
    arg: A,
    now: number,
    level: number,
    flags: number,
  ): TaskId {
    const { delayMs = 0, deadlineMs = Infinity } = how
    const due = now + Math.max(0, delayMs)
    const deadline = due + deadlineMs
    const key = otherKey(how, deadline)
    if (!(key > -Infinity && deadline > -Infinity && Number.isFinite(due))) throw notANumber()
    if (places >= maxDelayed) refuse(maxDelayed)
    const slot = fill(task, arg, due, deadline, (level << LEVEL_SHIFT) | flags)
    const id = table.f[slot * 8 + ID]!
    if (flags !== 0) extras.watch(slot, id, how.signal!)
    places++
    addDelayed(slot, key)
    if (!awake) wake()
    return id
  }

  function every(periodMs: number, task: () => unknown, how: RepeatOptions): TaskId {
    if (!admits) throw queueClosed(stage, state)
    const { delayMs = 0, deadlineMs = periodMs, costMs = 0 } = how
    checkAbove('periodMs', periodMs, 0, false)
    // What is not a number would make the sum of utilizations one, and nothing exceeds that.
    checkAbove('costMs', costMs, 0, true)
    const share = costMs / periodMs
    if (utilization + share > settings.maxUtilization) {
      throw utilizationExceeded(stage, settings.maxUtilization, utilization + share)
    }
    const at = how.at ?? readTime()
    const first = { ...how, periodMs, deadlineMs, at, delayMs: delayMs + periodMs }
    const id = schedule(task, first, undefined)
    const slot = slotOf(table, id)
    table.i[slot * 16 + STATUS]! |= EXTRA
    extras.setRepeat(slot, id, createRepeat(at + delayMs, periodMs, how))
    utilization += share
    return id
  }

  function repeatOf(slot: number): Repeat | undefined {
    return (table.i[slot * 16 + STATUS]! & EXTRA) === 0 ? undefined : extras.repeatOf(slot)
  }

  /** Puts a repeating task, just taken from the ready queue, back into the wheel. False for any other. */
  function rearm(slot: number): boolean {
    const repeat = repeatOf(slot)
    if (repeat === undefined || !admits) return false
    counts.skippedPeriods += nextTurn(repeat, inSlice ? meter.now : clock.now())
    const release = releaseOf(repeat)
    const deadline = release + repeat.deadlineMs
    table.f[slot * 8 + RELEASE] = release
    table.f[slot * 8 + DEADLINE] = deadline
    addDelayed(slot, otherKey(repeat, deadline))
    return true
  }

  /** Frees the slot of a task that will not run (again) and is in no queue any more. */
  function end(slot: number): void {
    const status = table.i[slot * 16 + STATUS]!
    const repeat = repeatOf(slot)
    if (repeat !== undefined || (status & STATE_MASK) === WAITING) places--
    if (repeat !== undefined) utilization -= repeat.costMs / repeat.periodMs
    if ((status & EXTRA) !== 0) {
      extras.delete(slot)
    }
    freeSlot(table, slot)
  }

  /** Drops a task that is in no queue any more. A repeating one that is only shed comes again. */
  function discard(slot: number, reason: DropReason): void {
    const id = table.f[slot * 8 + ID]!
    const task = table.refs[slot * 2]
    const arg = table.refs[slot * 2 + 1]
    dropped[reason]++
    if (reason === 'cleared' || reason === 'closed' || !rearm(slot)) end(slot)
    rejectSubmission(task, arg, reason)
    observers.onDrop?.({ id, reason })
  }

  function takeOut(slot: number): void {
    const taskState = table.i[slot * 16 + STATUS]! & STATE_MASK
    if (taskState === READY) readyRemove(queue, slot)
    else if (taskState === WAITING) wheelRemove(wheel, slot)
  }

  function remove(id: TaskId, signal?: AbortSignal): boolean {
    const slot = slotOf(table, id)
    if (slot < 0) return false
    const task = table.refs[slot * 2]
    const arg = table.refs[slot * 2 + 1]
    takeOut(slot)
    end(slot)
    if (signal === undefined) counts.cancelled++
    else counts.aborted++
    rejectSubmission(task, arg, signal === undefined ? 'cancelled' : 'aborted', signal?.reason)
    afterLeaving()
    return true
  }

  function dropAll(reason: DropReason, waitingOnly: boolean): number {
    const ids: number[] = []
    for (let slot = 0; slot * 8 < table.f.length; slot++) {
      const taskState = table.i[slot * 16 + STATUS]! & STATE_MASK
      if (taskState === FREE || (waitingOnly && taskState !== WAITING)) continue
      ids.push(table.f[slot * 8 + ID]!)
    }
    let count = 0
    for (const id of ids) {
      // An observer may have cancelled it meanwhile.
      const slot = slotOf(table, id)
      if (slot < 0) continue
      takeOut(slot)
      discard(slot, reason)
      count++
    }
    return count
  }

  /** Lets waiting producers in, and tells who waits for an empty queue. */
  function afterLeaving(): void {
    while (producers.size > 0 && queue.size < capacity) producers.admit()
    if (inSlice) return
    if (wheel.size === 0) nextDue = Infinity
    if (queue.size === 0) {
      const waiting = onIdle
      onIdle = []
      for (const resolve of waiting) resolve()
      if (state === 'draining') close()
    }
    wake()
  }

  /** Takes the oldest slot instead of the first one, when it is its turn. */
  function pickGuarded(): number {
    const { oldest } = queue
    if (++sinceGuard < GUARD_EVERY || meter.now - table.f[oldest * 8 + RELEASE]! <= maxWaitMs) {
      return readyPop(queue)
    }
    sinceGuard = 0
    counts.promoted++
    readyRemove(queue, oldest)
    return oldest
  }

  /** Whether a task that goes next is dropped, since it is late. */
  function dropsLate(slot: number): boolean {
    const deadline = table.f[slot * 8 + DEADLINE]!
    if (!(meter.now > missedAfter(meter, table.f[slot * 8 + RELEASE]!, deadline))) return false
    const id = table.f[slot * 8 + ID]!
    const lateMs = meter.now - deadline
    meter.missed++
    discard(slot, 'late')
    onMissed?.(id, lateMs)
    return true
  }

  function run(budgetMs: number, most: number): number {
    if (!mayRun) return 0
    if (inSlice) throw new TypeError('runSlice and runNext cannot be called from a task')
    const before = counts.ran
    const last = before + most
    inSlice = true
    awake = true
    try {
      let now = clock.now()
      beginSlice(meter, now)
      sliceEnd = now + budgetMs
      if (now >= nextDue) releaseDue(now)
      let unread = 0
      while (queue.bits !== 0 && mayRun && counts.ran < last) {
        const slot = guarded ? pickGuarded() : readyPop(queue)
        if (!dropLate || !dropsLate(slot)) {
          const { f, i, refs } = table
          const id = f[slot * 8 + ID]!
          const release = f[slot * 8 + RELEASE]!
          const deadline = f[slot * 8 + DEADLINE]!
          const task = refs[slot * 2] as (arg: unknown) => unknown
          const arg = refs[slot * 2 + 1]
          if ((i[slot * 16 + STATUS]! & EXTRA) === 0) freeSlot(table, slot)
          else if (!rearm(slot)) end(slot)
          counts.ran++
          startTask(meter, id, release, deadline)
          try {
            task(arg)
          } catch (error) {
            counts.failed++
            observers.onError(error, id)
          }
        }
        if (producers.size > 0) afterLeaving()
        if (++unread < clockEvery && queue.bits !== 0) continue
        unread = 0
        now = clock.now()
        settleTasks(meter, now, onMissed)
        if (now >= sliceEnd) break
        if (now >= nextDue) releaseDue(now)
      }
      if (unread > 0) settleTasks(meter, clock.now(), onMissed)
    } finally {
      inSlice = false
      awake = !autoRun
      sliceEnd = Infinity
      afterLeaving()
    }
    return counts.ran - before
  }

  function close(): void {
    if (state === 'closed') return
    state = 'closed'
    admits = false
    mayRun = false
    dropAll('closed', false)
    producers.rejectAll(queueClosed(stage, state))
    nextDue = Infinity
    pump.close()
    for (const resolve of onIdle.splice(0)) resolve()
  }

  function whenIdle(): Promise<void> {
    if (queue.size === 0 && !inSlice) return Promise.resolve()
    return new Promise((resolve) => {
      onIdle.push(resolve)
    })
  }

  return {
    counts,
    meter,
    producers,
    ready: () => queue.size,
    delayed: () => wheel.size,
    state: () => state,
    has: (id) => slotOf(table, id) >= 0,
    schedule,
    every,
    cancel: (id) => remove(id),
    run,
    shouldYield: () => inSlice && clock.now() >= sliceEnd,
    pause() {
      if (state !== 'running') return
      state = 'paused'
      mayRun = false
      pump.wakeAt(Infinity)
    },
    resume() {
      if (state !== 'paused') return
      state = 'running'
      mayRun = true
      wake()
    },
    clear() {
      const count = dropAll('cleared', false)
      afterLeaving()
      return count
    },
    whenIdle,
    drain() {
      if (state === 'closed') return Promise.resolve()
      state = 'draining'
      admits = false
      mayRun = true
      producers.rejectAll(queueClosed(stage, state))
      dropAll('closed', true)
      const empty = whenIdle()
      afterLeaving()
      return empty
    },
    close,
  }
}
