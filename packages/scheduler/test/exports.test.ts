import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as scheduler from '../src/index.ts'
import * as workers from '../src/workers.ts'

describe('@midstream/scheduler', () => {
  it('PK-02 exports these names and no others', () => {
    expect(Object.keys(scheduler).sort()).toEqual([
      'PRIORITY',
      'createHistogram',
      'createHost',
      'createNanoClock',
      'createScheduler',
      'createTimerWheel',
      'rateMonotonicBound',
    ])
    expect(Object.keys(workers)).toEqual(['createWorkerPool'])
  })

  it('PK-03 depends on core and piscina only, and has no install script', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['@midstream/core', 'piscina'])
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([])
  })
})
