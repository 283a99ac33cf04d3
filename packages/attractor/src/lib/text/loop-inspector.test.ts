import type { ChannelKind, Finding } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { createLoopInspector, type LoopInspectorOptions } from './loop-inspector.ts'

function findingsOf(
  text: string,
  options: LoopInspectorOptions = {},
  kind: ChannelKind = 'content',
): Finding[] {
  const findings: Finding[] = []
  const channel = { kind, provenance: 'model', index: 0, key: `${kind}/0` } as const
  const session = createLoopInspector(options).open(channel, {
    finding: (finding) => findings.push(finding),
    overflow: () => expect.unreachable(),
  })
  session?.push(text)
  session?.end()
  return findings
}

const line = 'I will try that once more.\n'

describe('createLoopInspector', () => {
  it('gives a finding that starts with the copy to be cut', () => {
    expect(findingsOf(`:${line.repeat(6)}`)).toEqual([
      {
        rule: 'loop/line',
        category: 'loop',
        severity: 'medium',
        confidence: 0.97,
        start: 1 + 2 * line.length,
        end: 1 + 3 * line.length,
      },
    ])
  })

  it('takes severities by kind', () => {
    expect(findingsOf(line.repeat(6), { severities: { line: 'critical' } })).toMatchObject([
      { severity: 'critical' },
    ])
  })

  it('watches what a model writes, unless told otherwise', () => {
    for (const kind of ['content', 'reasoning', 'refusal', 'tool-input', 'other'] as const) {
      expect(findingsOf(line.repeat(6), {}, kind)).toHaveLength(1)
    }
    for (const kind of ['system', 'user', 'assistant', 'tool-result'] as const) {
      expect(findingsOf(line.repeat(6), {}, kind)).toEqual([])
      expect(findingsOf(line.repeat(6), { channels: [kind] }, kind)).toHaveLength(1)
    }
  })

  it('does not follow what its maker changes later', () => {
    const options = {
      maxChars: 5000,
      channels: ['content'] as ChannelKind[],
      severities: { line: 'high' as const },
    }
    const inspector = createLoopInspector(options)
    options.maxChars = 10
    options.channels.push('user')
    Object.assign(options.severities, { line: 'low' })
    const findings: Finding[] = []
    const sink = {
      finding: (finding: Finding) => findings.push(finding),
      overflow: () => expect.unreachable(),
    }
    const open = (kind: ChannelKind): ReturnType<typeof inspector.open> =>
      inspector.open({ kind, provenance: 'model', index: 0, key: `${kind}/0` }, sink)
    expect(open('user')).toBeUndefined()
    open('content')!.push(line.repeat(6))
    expect(findings).toMatchObject([{ rule: 'loop/line', severity: 'high' }])
  })

  it('declares how much it may hold, and refuses options when it is made', () => {
    expect(createLoopInspector().maxHoldChars).toBe(2048)
    expect(createLoopInspector({ maxPeriodChars: 100 }).maxHoldChars).toBe(100)
    expect(() => createLoopInspector({ maxPeriodChars: 1 })).toThrow(RangeError)
  })
})
