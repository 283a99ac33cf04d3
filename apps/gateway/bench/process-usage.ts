import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** The process and its descendants (nginx works in a child). Linux only, as all of this file. */
export function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  return [pid, ...children.flatMap((child) => processTree(Number(child)))]
}

/**
 * CPU time that the processes have used, in microseconds, user and system together. The kernel's schedstat counts
 * nanoseconds per thread; where it is missing, /proc/PID/stat counts hundredths of a second.
 */
export function cpuMicros(pids: readonly number[]): number {
  let micros = 0
  for (const pid of pids) {
    if (existsSync(`/proc/${pid}/schedstat`)) {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const nanos = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]
        micros += Number(nanos) / 1e3
      }
    } else {
      // Fields 14 and 15, counted after the command name, which may itself contain blanks.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      micros += (Number(fields[11]) + Number(fields[12])) * 1e4
    }
  }
  return micros
}

/** The largest resident size since `resetPeak`, in MiB, added up over the processes. */
export function peakMiB(pids: readonly number[]): number {
  let kib = 0
  for (const pid of pids) {
    kib += Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  }
  return kib / 1024
}

/** Starts VmHWM again from the present size (proc(5), clear_refs, value 5). */
export function resetPeak(pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, '5')
}
