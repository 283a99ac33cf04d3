import { describe, expect, it } from 'vitest'
import * as stream from '../src/index.ts'

describe('@midstream/stream', () => {
  it('PK-02 exports these names and no others', () => {
    expect(Object.keys(stream).sort()).toEqual([
      'STREAM_METRICS',
      'anthropicMessages',
      'createGuard',
      'createIntentWatcher',
      'guardBody',
      'guardErrorBody',
      'guardFetch',
      'guardRequest',
      'guardStream',
      'openaiChat',
    ])
  })
})
