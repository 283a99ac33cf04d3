/**
 * Compares the gateway with a bare pass-through, nginx and a peer: one machine, one run, targets in turns.
 * Linux only. Needs two cores: the target gets core 0, the load tool core 1. Loopback only.
 *
 *   node apps/gateway/bench/run.ts [--quick] [--reps N] [--targets gateway,pass-through] [--loads paced,ttft]
 *                                  [--out results.json]
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BAR_COLUMNS, barRows } from './bars.ts'
import type { Destination, Load } from './load.ts'
import { type LoadClient, startLoadClient } from './load-client.ts'
import { type Plan, planOf } from './loads.ts'
import { printedPort, startPinned } from './pinned-process.ts'
import { cpuMicros, peakMiB, processTree, resetPeak } from './process-usage.ts'
import { COLUMNS, rows, type Sample, table } from './report.ts'
import { defaultTargets, type RunningTarget, TARGETS, type Target } from './targets.ts'

const TARGET_CORE = 0
const LOAD_CORE = 1
const SETTLE_MS = 200

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    reps: { type: 'string' },
    targets: { type: 'string' },
    loads: { type: 'string' },
    out: { type: 'string' },
  },
})

const log = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

function chosen<T extends { name: string }>(all: readonly T[], names: string | undefined): readonly T[] {
  if (names === undefined) return all
  const wanted = names.split(',')
  const unknown = wanted.filter((name) => !all.some((item) => item.name === name))
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}`)
  return all.filter((item) => wanted.includes(item.name))
}

async function measure(
  client: LoadClient,
  target: Target,
  running: RunningTarget,
  upstreamPort: number,
  load: Load,
): Promise<Omit<Sample, 'repetition'>> {
  const pids = running.pid === undefined ? undefined : processTree(running.pid)
  const to: Destination = {
    port: running.port,
    upstreamPort,
    path: '/v1/chat/completions',
    headers: running.headers,
  }
  if (pids !== undefined) resetPeak(pids)
  const before = pids === undefined ? 0 : cpuMicros(pids)
  let used: number | undefined
  let peak: number | undefined
  const result = await client.run({ load, to }, () => {
    if (pids === undefined) return
    used = cpuMicros(pids) - before
    peak = peakMiB(pids)
  })
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  return { target: target.name, load: `${load.name} ${load.variant}`, result, cpuMicros: used, peakMiB: peak }
}

/** One repetition of one target, on a fresh process. */
async function runTarget(
  client: LoadClient,
  target: Target,
  upstreamPort: number,
  plan: Plan,
  repetition: number,
): Promise<Sample[]> {
  const running = await target.start(upstreamPort, TARGET_CORE)
  try {
    for (const load of plan.warmUp) await measure(client, target, running, upstreamPort, load)
    const samples: Sample[] = []
    for (const load of plan.loads) {
      const sample = { ...(await measure(client, target, running, upstreamPort, load)), repetition }
      samples.push(sample)
      const { badStreams, bad } = sample.result
      if (badStreams > 0)
        log(`  ${target.name}, ${sample.load}: ${badStreams} bad streams: ${bad.join(' | ')}`)
    }
    return samples
  } finally {
    await running.stop()
  }
}

async function main(): Promise<void> {
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    throw new Error('the bench needs Linux and two cores')
  }
  if (spawnSync('taskset', ['--version']).status !== 0) throw new Error('the bench needs taskset')
  // This process drains the target's log; it must not do that on the target's core.
  spawnSync('taskset', ['-cp', String(LOAD_CORE), String(process.pid)])
  const base = planOf(flags.quick)
  const plan = { ...base, loads: chosen(base.loads, flags.loads) }
  const repetitions = Number(flags.reps ?? plan.repetitions)
  if (!Number.isInteger(repetitions) || repetitions < 1) throw new RangeError(`--reps ${flags.reps}`)
  const targets = chosen(TARGETS, flags.targets ?? defaultTargets(flags.quick)).filter((target) => {
    if (target.missing !== undefined) log(`skipped ${target.name}: ${target.missing}`)
    return target.missing === undefined
  })

  const busy = loadavg()[0]!
  if (busy > 0.5) log(`load average ${busy.toFixed(2)}: the machine is not idle, expect noise`)
  const samples: Sample[] = []
  const upstream = startPinned(LOAD_CORE, process.execPath, [
    fileURLToPath(new URL('upstream.ts', import.meta.url)),
  ])
  try {
    const upstreamPort = await printedPort(upstream)
    const client = await startLoadClient(LOAD_CORE)
    try {
      for (let repetition = 1; repetition <= repetitions; repetition++) {
        for (const target of targets) {
          log(`repetition ${repetition} of ${repetitions}: ${target.name}`)
          samples.push(...(await runTarget(client, target, upstreamPort, plan, repetition)))
        }
      }
    } finally {
      await client.stop()
    }
  } finally {
    await upstream.stop()
  }
  report(targets, samples)
}

function report(targets: readonly Target[], samples: readonly Sample[]): void {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
  }
  const script = `node apps/gateway/bench/${basename(import.meta.filename)}`
  const command = [script, ...process.argv.slice(2).filter((_, i, all) => !isOut(all, i))].join(' ')
  const body = rows(samples)
  log('')
  log(table(COLUMNS, body))
  log('')
  log('Ratios are medians of the ratios within each repetition.')
  log(
    'text: `lead` pieces are like model tokens (" word"), `trail` pieces are words with their blank ("word ").',
  )
  log('A guard that leaks nothing holds an unfinished word, so with `lead` text the first word waits for the')
  log('second piece, 20 ms at 50 chunks/s; with `trail` text it need not wait.')
  log('text p50/p99: a chunk was sent until its last character came. padded: as paced, with the varying')
  log('`obfuscation` field that OpenAI adds to each event by default.')
  log(
    'core use well below 1 in a flood: the load tool or other work on the core was the limit, not the target.',
  )
  log('')
  const bars = barRows(samples)
  if (bars.length > 0) log(`${table(BAR_COLUMNS, bars)}\n`)
  for (const target of targets) log(`${target.name}: ${target.label}`)
  log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Linux ${machine.kernel}, Node ${machine.node}`,
  )
  log(command)
  if (flags.out === undefined) return
  const date = new Date().toISOString()
  const results = { id: 'gateway', machine, command, date, columns: BAR_COLUMNS, rows: bars }
  writeFileSync(flags.out, `${JSON.stringify(results, null, 2)}\n`)
}

/** The place of the results says nothing about the measurement. */
function isOut(args: readonly string[], index: number): boolean {
  return args[index]!.startsWith('--out') || args[index - 1] === '--out'
}

await main()
