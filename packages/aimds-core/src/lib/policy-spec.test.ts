import { MidstreamError } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY_SPEC } from './policy.ts'
import { describePolicy, parsePolicySpec } from './policy-spec.ts'

function pathOf(value: unknown): unknown {
  try {
    parsePolicySpec(value)
  } catch (error) {
    return MidstreamError.is(error, 'CONFIG_INVALID') ? error.details['path'] : error
  }
  return undefined
}

describe('parsePolicySpec', () => {
  it.each([
    ['a text', 'block', ''],
    ['a list', [], ''],
    ['nothing', null, ''],
    ['a rule that is a list', { rules: [[]], default: 'allow' }, 'rules[0]'],
    [
      'a negative confidence',
      { rules: [{ minConfidence: -0.1, action: 'redact' }], default: 'allow' },
      'rules[0].minConfidence',
    ],
    [
      'a confidence in words',
      { rules: [{ minConfidence: '0.5', action: 'redact' }], default: 'allow' },
      'rules[0].minConfidence',
    ],
    [
      'a rule pattern that is no text',
      { rules: [{ rule: 7, action: 'redact' }], default: 'allow' },
      'rules[0].rule',
    ],
    [
      'a list of categories',
      { rules: [{ category: ['pii'], action: 'redact' }], default: 'allow' },
      'rules[0].category',
    ],
    ['no rules', { default: 'allow' }, 'rules'],
    ['no default', { rules: [] }, 'default'],
    ['an unknown key', { rules: [], default: 'allow', extra: 1 }, 'extra'],
    ['an unknown action', { rules: [{ action: 'drop' }], default: 'allow' }, 'rules[0].action'],
    ['a rule without action', { rules: [{ rule: 'pii/*' }], default: 'allow' }, 'rules[0].action'],
    [
      'an unknown rule key',
      { rules: [{ action: 'redact', sevrity: 'low' }], default: 'allow' },
      'rules[0].sevrity',
    ],
    [
      'a misspelt category',
      { rules: [{ category: 'pi', action: 'redact' }], default: 'allow' },
      'rules[0].category',
    ],
    [
      'an empty channel list',
      { rules: [{ channel: [], action: 'redact' }], default: 'allow' },
      'rules[0].channel',
    ],
    [
      'an unknown channel',
      { rules: [{ action: 'redact' }, { channel: ['content', 'body'], action: 'redact' }], default: 'allow' },
      'rules[1].channel[1]',
    ],
    [
      'an unknown provenance',
      { rules: [{ provenance: ['robot'], action: 'redact' }], default: 'allow' },
      'rules[0].provenance[0]',
    ],
    [
      'an unknown severity',
      { rules: [{ minSeverity: 'grave', action: 'redact' }], default: 'allow' },
      'rules[0].minSeverity',
    ],
    [
      'a confidence above one',
      { rules: [{ minConfidence: 1.1, action: 'redact' }], default: 'allow' },
      'rules[0].minConfidence',
    ],
    ['an empty rule pattern', { rules: [{ rule: '', action: 'redact' }], default: 'allow' }, 'rules[0].rule'],
    ['a place without a rule', { rules: new Array(1), default: 'allow' }, 'rules[0]'],
    [
      'a place without a channel',
      { rules: [{ channel: new Array(2), action: 'redact' }], default: 'allow' },
      'rules[0].channel[0]',
    ],
  ])('refuses %s and names the place', (_name, value, path) => {
    expect(pathOf(value)).toBe(path)
  })

  it('says of a whole that is no object what it must be', () => {
    expect(() => parsePolicySpec(null)).toThrow('policy: must be an object')
    expect(() => parsePolicySpec({})).toThrow('policy: rules must be a list')
  })

  it('refuses keys that objects inherit, and takes none from a prototype', () => {
    const own = (text: string): unknown => JSON.parse(text)
    expect(pathOf(own('{ "rules": [], "default": "allow", "__proto__": {} }'))).toBe('__proto__')
    expect(pathOf(own('{ "rules": [{ "action": "allow", "constructor": 1 }], "default": "allow" }'))).toBe(
      'rules[0].constructor',
    )
    const inherited = Object.create({ category: 'pii' }) as object
    const rule = Object.assign(inherited, { action: 'redact' })
    expect(parsePolicySpec({ rules: [rule], default: 'allow' }).rules).toEqual([{ action: 'redact' }])
  })

  it('returns a copy of a valid policy', () => {
    const spec = { rules: [{ rule: 'pii/*', minConfidence: 0.5, action: 'redact' }], default: 'allow' }
    const parsed = parsePolicySpec(spec)
    expect(parsed).toEqual(spec)
    expect(parsed.rules[0]).not.toBe(spec.rules[0])
  })
})

describe('describePolicy', () => {
  it('says each rule in its order and then the default', () => {
    expect(describePolicy(DEFAULT_POLICY_SPEC)).toEqual([
      '1. secret findings: redact',
      '2. pii findings in content, reasoning, refusal, tool-input, other: redact',
      '3. pii findings: annotate',
      'otherwise: annotate',
    ])
    expect(
      describePolicy({
        rules: [
          { rule: 'x/*', provenance: ['tool'], minSeverity: 'high', minConfidence: 0.9, action: 'block' },
        ],
        default: 'allow',
      })[0],
    ).toBe(
      '1. any finding of rule x/* written by tool of severity high or higher with confidence 0.9 or more: block',
    )
  })
})
