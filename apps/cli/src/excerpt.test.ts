import type { Finding } from '@midstream/core'
import { describe, expect, it } from 'vitest'
import { maskedExcerpt } from './excerpt.ts'

function find(text: string, span: string, rule: string): Finding {
  const start = text.indexOf(span)
  return { rule, category: 'secret', severity: 'high', confidence: 1, start, end: start + span.length }
}

describe('maskedExcerpt', () => {
  it('shows the line with the finding and its neighbours masked', () => {
    const text = 'first\nname xx-one, key xx-two; end\nlast'
    const all = [find(text, 'xx-one', 'pii/name'), find(text, 'xx-two', 'secret/key')]
    for (const finding of all) {
      expect(maskedExcerpt(text, finding, all)).toBe('name [redacted:name], key [redacted:key]; end')
    }
  })

  it('makes one marker of findings that overlap', () => {
    const text = 'a xx-yy-zz b'
    const all = [find(text, 'xx-yy', 'secret/one'), find(text, 'yy-zz', 'secret/two')]
    expect(maskedExcerpt(text, all[1]!, all)).toBe('a [redacted:one] b')
  })

  it('covers a finding over several lines whole', () => {
    const text = 'before BEGIN\nbody\nEND after\nlast'
    const all = [find(text, 'BEGIN\nbody\nEND', 'secret/block')]
    expect(maskedExcerpt(text, all[0]!, all)).toBe('before [redacted:block] after')
  })

  it('covers the part of a neighbour that the context cuts', () => {
    const far = `${'s'.repeat(60)} xx`
    const all = [find(far, 's'.repeat(60), 'secret/long'), find(far, 'xx', 'secret/short')]
    expect(maskedExcerpt(far, all[1]!, all)).not.toContain('ss')
    const near = `xx ${'s'.repeat(60)}`
    const others = [find(near, 'xx', 'secret/short'), find(near, 's'.repeat(60), 'secret/long')]
    expect(maskedExcerpt(near, others[0]!, others)).not.toContain('ss')
  })

  it('leaves control characters out', () => {
    const text = 'a \u001b[31mxx\u0007 b'
    const all = [find(text, 'xx', 'secret/key')]
    expect(maskedExcerpt(text, all[0]!, all)).toBe('a [31m[redacted:key] b')
  })
})
