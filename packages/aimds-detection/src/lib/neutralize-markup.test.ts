import { describe, expect, it } from 'vitest'
import { neutralizeMarkup } from './neutralize-markup.ts'

describe('neutralizeMarkup', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script>alert(1)&lt;/script>'],
    ['<SCRIPT src=x>', '&lt;SCRIPT src=x>'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror&#61;alert(1)>'],
    ['<a href="javascript:alert(1)">', '<a href="javascript&#58;alert(1)">'],
    ['java\tscript\n:x', 'java\tscript&#58;x'],
    ['<iframe src=x>', '&lt;iframe src=x>'],
  ])('PI-12 takes the effect out of %s', (text, expected) => {
    expect(neutralizeMarkup(text)).toBe(expected)
  })

  it.each(['a < b and <b>bold</b>', 'JavaScript is a language', 'the person = you', '<scripted>'])(
    'PI-12 leaves %s',
    (text) => {
      expect(neutralizeMarkup(text)).toBe(text)
    },
  )

  it('PI-12 changes nothing the second time', () => {
    const once = neutralizeMarkup('<script onload=javascript:x>')
    expect(neutralizeMarkup(once)).toBe(once)
  })

  it('I-10 takes time in proportion to the text', () => {
    for (const unit of ['j\n', '<', 'on', 'onaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ', 'java\t', '<script']) {
      const started = performance.now()
      neutralizeMarkup(unit.repeat(400_000 / unit.length))
      // A quadratic expression would need minutes for this.
      expect(performance.now() - started, JSON.stringify(unit)).toBeLessThan(2000)
    }
  })
})
