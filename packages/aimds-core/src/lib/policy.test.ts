import { type Channel, type ChannelKind, type Finding, MidstreamError } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { createPolicy, defaultPolicy } from './policy.ts'

function channel(kind: ChannelKind, provenance: Channel['provenance'] = 'model'): Channel {
  return { kind, provenance, index: 0, key: `${kind}/0` }
}

const email: Finding = {
  rule: 'pii/email',
  category: 'pii',
  severity: 'medium',
  confidence: 0.9,
  start: 0,
  end: 1,
}
const token: Finding = { ...email, rule: 'secret/github-token', category: 'secret', severity: 'critical' }

describe('createPolicy', () => {
  it('lets the first matching rule decide', () => {
    const policy = createPolicy({
      rules: [
        { rule: 'pii/email', action: 'allow' },
        { category: 'pii', action: 'block' },
      ],
      default: 'annotate',
    })
    expect(policy.decide(email, channel('content'))).toBe('allow')
    expect(policy.decide({ ...email, rule: 'pii/card' }, channel('content'))).toBe('block')
  })

  it.each([
    ['rule', { rule: 'secret/*' }, email, channel('content')],
    ['category', { category: 'secret' as const }, email, channel('content')],
    ['channel', { channel: ['user' as const] }, email, channel('content')],
    ['provenance', { provenance: ['tool' as const] }, email, channel('content')],
    ['minSeverity', { minSeverity: 'high' as const }, email, channel('content')],
    ['minConfidence', { minConfidence: 0.91 }, email, channel('content')],
  ])('needs the condition on %s to hold', (_name, condition, finding, where) => {
    const policy = createPolicy({ rules: [{ ...condition, action: 'block' }], default: 'allow' })
    expect(policy.decide(finding, where)).toBe('allow')
    expect(policy.decide({ ...token, confidence: 1 }, channel('user', 'tool'))).toBe('block')
  })

  it('takes thresholds as inclusive', () => {
    const policy = createPolicy({
      rules: [{ minSeverity: 'medium', minConfidence: 0.9, action: 'block' }],
      default: 'allow',
    })
    expect(policy.decide(email, channel('content'))).toBe('block')
  })

  it('takes a severity that there is not for the highest', () => {
    const policy = createPolicy({ rules: [{ minSeverity: 'critical', action: 'block' }], default: 'allow' })
    expect(policy.decide({ ...email, severity: 'grave' as 'high' }, channel('content'))).toBe('block')
  })

  it('explains which rule decided, or that the default did', () => {
    const rule = { category: 'secret', action: 'hold' } as const
    const policy = createPolicy({ rules: [{ rule: 'x', action: 'block' }, rule], default: 'annotate' })
    expect(policy.explain(token, channel('content'))).toEqual({ action: 'hold', ruleIndex: 1, rule })
    expect(policy.explain(email, channel('content'))).toEqual({
      action: 'annotate',
      ruleIndex: undefined,
      rule: undefined,
    })
  })

  it('is not changed by what happens to the data it was made of', () => {
    const rules: { category: 'pii'; action: 'allow' | 'block' }[] = [{ category: 'pii', action: 'block' }]
    const policy = createPolicy({ rules, default: 'allow' })
    rules[0]!.action = 'allow'
    expect(policy.decide(email, channel('content'))).toBe('block')
  })

  it('refuses a broken policy', () => {
    const spec = { rules: [{ action: 'drop' }], default: 'allow' } as unknown as Parameters<
      typeof createPolicy
    >[0]
    expect(() => createPolicy(spec)).toThrow(MidstreamError)
  })
})

describe('defaultPolicy', () => {
  const policy = defaultPolicy()

  it.each(['content', 'reasoning', 'refusal', 'tool-input', 'other'] as const)(
    'redacts secrets and personal data in %s',
    (kind) => {
      expect(policy.decide(token, channel(kind))).toBe('redact')
      expect(policy.decide(email, channel(kind))).toBe('redact')
    },
  )

  it.each(['system', 'user', 'assistant', 'tool-result'] as const)(
    'redacts secrets and notes personal data in %s',
    (kind) => {
      expect(policy.decide(token, channel(kind, 'user'))).toBe('redact')
      expect(policy.decide(email, channel(kind, 'user'))).toBe('annotate')
    },
  )

  it('notes what no rule knows', () => {
    expect(policy.decide({ ...email, rule: 'x/y', category: 'x' }, channel('content'))).toBe('annotate')
  })
})
