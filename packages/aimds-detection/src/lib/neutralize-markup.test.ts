import { describe, expect, it } from 'vitest'
import { neutralizeMarkup } from './neutralize-markup.ts'

describe('neutralizeMarkup', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script>alert(1)&lt;/script>'],
    ['<SCRIPT src=x>', '&lt;SCRIPT src=x>'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror&#61;alert(1)>'],
    ['<a href="javascript:alert(1)">', '<a href="javascript[:]alert(1)">'],
    ['java\tscript\n:x', 'java\tscript[:]x'],
    ['<frameset><frame src=x>', '&lt;frameset>&lt;frame src=x>'],
    ['<iframe src=x>', '&lt;iframe src=x>'],
  ])('PI-12 takes the effect out of %s', (text, expected) => {
    expect(neutralizeMarkup(text)).toBe(expected)
  })

  // References are resolved in attributes, and in the destinations of Markdown links.
  it.each([
    'javascript&#58;',
    'javascript&#x3A;',
    'javascript&colon;',
    'java&Tab;script:',
    'java&#10;scrip&NewLine;t:',
    '&#106;avascript:',
    '&#x0004A;avascript:',
    '&#1javascript:',
    'vb&#115;cript:',
  ])('PI-12 takes the effect out of a link whose scheme is written as %s', (scheme) => {
    expect(neutralizeMarkup(`<a href="${scheme}x">`)).toMatch(/\[:\]x">$/)
  })

  it.each([
    ['onload', ' '.repeat(9)],
    ['onerror', '\f'],
    ['onclick', '\r\n\t'],
  ])('PI-12 takes the effect out of %s with blanks before the sign', (name, blanks) => {
    expect(neutralizeMarkup(`<img ${name}${blanks}=x>`)).toBe(`<img ${name}${blanks}&#61;x>`)
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
    for (const unit of [
      'j\n',
      '<',
      'on',
      'onload ',
      'onaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ',
      'java\t',
      '&#106;',
      '&#10;',
      ' ',
      '<script',
    ]) {
      const started = performance.now()
      neutralizeMarkup(unit.repeat(400_000 / unit.length))
      // A quadratic expression would need minutes for this.
      expect(performance.now() - started, JSON.stringify(unit)).toBeLessThan(2000)
    }
  })
})
