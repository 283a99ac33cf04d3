import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setValueAt, valueAt } from './json-text.ts'
import { learnTemplate, matchTemplate } from './text-template.ts'

const path = ['choices', 0, 'delta', 'content']
const event = (content: string, extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, delta: { content }, ...extra }],
})

describe('matchTemplate', () => {
  it('reads the same text as JSON.parse, or declines', () => {
    const template = learnTemplate(JSON.stringify(event('Hello')), path, 'Hello')
    expect(template).toBeDefined()
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(34, 92, 10, 97), fc.integer({ min: 0, max: 0xffff })), {
          maxLength: 20,
        }),
        (units) => {
          const text = String.fromCharCode(...units)
          expect(matchTemplate(template!, JSON.stringify(event(text)))).toBe(text)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('never accepts a document that parses to something else', () => {
    const template = learnTemplate(JSON.stringify(event('Hello')), path, 'Hello')!
    fc.assert(
      fc.property(
        fc.string({
          maxLength: 30,
          unit: fc.constantFrom('"', '\\', ',', ':', '{', '}', 'a', '\n', 'content', '\\u0022'),
        }),
        (body) => {
          const document = template.prefix + body + template.suffix
          const text = matchTemplate(template, document)
          if (text === undefined) return
          const parsed: unknown = JSON.parse(document)
          expect(valueAt(parsed, path)).toBe(text)
          setValueAt(parsed, path, 'Hello')
          expect(parsed).toEqual(event('Hello'))
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('is not learnt when the key stands elsewhere too, before the text', () => {
    const document = `{"content":"first","choices":[{"delta":{"content":"Hello"}}]}`
    expect(learnTemplate(document, path, 'Hello')).toBeUndefined()
  })

  it('declines other events', () => {
    const template = learnTemplate(JSON.stringify(event('Hello')), path, 'Hello')!
    expect(matchTemplate(template, JSON.stringify(event('x', { finish_reason: 'stop' })))).toBeUndefined()
    expect(matchTemplate(template, '[DONE]')).toBeUndefined()
  })
})
