import FlatQueue from 'flatqueue'
import { Heap } from 'mnemonist'
import TinyQueue from 'tinyqueue'

/**
 * The job, as each contender does it: tasks with a priority and a deadline run by (priority, deadline, order of
 * arrival); each has an id by which it can be cancelled; at most `capacity` wait.
 */
export interface Contender {
  readonly name: string
  schedule(run: (arg: number) => void, priority: number, deadline: number, arg: number): number
  cancel(id: number): boolean
  /** Runs everything that waits. */
  dispatch(): void
}

interface Task {
  readonly priority: number
  readonly deadline: number
  readonly id: number
  readonly run: (arg: number) => void
  readonly arg: number
}

function before(a: Task, b: Task): number {
  return a.priority - b.priority || a.deadline - b.deadline || a.id - b.id
}

interface PriorityQueue {
  push(task: Task): unknown
  pop(): Task | undefined
}

/** Cancelled tasks are left in the queue and passed over later: none of the queues can remove from the middle. */
function withIds(name: string, queue: PriorityQueue, capacity: number): Contender {
  const tasks = new Map<number, Task>()
  let lastId = 0
  return {
    name,
    schedule(run, priority, deadline, arg) {
      if (tasks.size >= capacity) throw new RangeError('full')
      const id = ++lastId
      const task = { priority, deadline, id, run, arg }
      tasks.set(id, task)
      queue.push(task)
      return id
    },
    cancel: (id) => tasks.delete(id),
    dispatch() {
      for (let task = queue.pop(); task !== undefined; task = queue.pop()) {
        if (tasks.delete(task.id)) task.run(task.arg)
      }
    },
  }
}

/** flatqueue orders by one number: 5 bits of priority, 19 of deadline in ms and 29 of order share its 53. */
const DEADLINE_UNIT = 2 ** 29
const PRIORITY_UNIT = 2 ** 48

function flat(capacity: number): Contender {
  const queue = new FlatQueue<Task>()
  const ordered = {
    push(task: Task) {
      const { priority, deadline, id } = task
      queue.push(task, priority * PRIORITY_UNIT + deadline * DEADLINE_UNIT + (id % DEADLINE_UNIT))
    },
    pop: () => queue.pop(),
  }
  return withIds('flatqueue 3.1.0', ordered, capacity)
}

/**
 * The same without ids and without a bound: whoever scheduled the task keeps the object and marks it. Less than
 * the job asks for, so it is shown beside and no bar is set against it.
 */
export function flatWithoutIds(): Contender {
  interface Marked {
    run: ((arg: number) => void) | undefined
    readonly arg: number
  }
  const queue = new FlatQueue<Marked>()
  let last: Marked | undefined
  let order = 0
  return {
    name: 'flatqueue without ids and bound',
    schedule(run, priority, deadline, arg) {
      order++
      last = { run, arg }
      queue.push(last, priority * PRIORITY_UNIT + deadline * DEADLINE_UNIT + (order % DEADLINE_UNIT))
      return order
    },
    /** Only the last one, which is all that the benchmark cancels. */
    cancel() {
      last!.run = undefined
      return true
    },
    dispatch() {
      for (let task = queue.pop(); task !== undefined; task = queue.pop()) task.run?.(task.arg)
    },
  }
}

export function peers(capacity: number): Contender[] {
  return [
    flat(capacity),
    withIds('tinyqueue 3.0.0', new TinyQueue<Task>([], before), capacity),
    withIds('mnemonist 0.40.8 Heap', new Heap<Task>(before), capacity),
  ]
}
