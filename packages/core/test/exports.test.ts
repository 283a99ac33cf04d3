import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as core from '../src/index.ts'

describe('@midstream/core', () => {
  it('PK-02 exports these names and no others', () => {
    expect(Object.keys(core).sort()).toEqual([
      'ACTIONS',
      'DEFAULT_STREAM_LIMITS',
      'MidstreamError',
      'SEVERITIES',
      'compareActions',
      'compareSeverities',
      'createBoundedQueue',
      'createMetricLog',
      'createSlidingWindowLimit',
      'isBlocked',
      'isForwardable',
      'systemClock',
    ])
  })

  it('PK-03 has no runtime dependency and no install script', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(manifest.dependencies ?? {}).toEqual({})
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([])
  })
})
