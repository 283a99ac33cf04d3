import { createPolicy, isThreat } from '@midstream/aimds-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createPatternInspector,
  defaultPacks,
  hasPII,
  loadPack,
  type PatternInspector,
  sanitize,
  scan,
} from '../src/index.ts'
import { cpuMs } from './support/cpu-ms.ts'

const body = (length: number): string =>
  '0123456789abcdefghijABCDEFGHIJ'.repeat(Math.ceil(length / 30)).slice(0, length)
const KEY_LINE = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/'
const pem = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${KEY_LINE}\n${KEY_LINE}\n-----END ${kind}PRIVATE KEY-----`

describe('sanitize', () => {
  it('PI-01 keeps the first letter and the domain of an e-mail address', () => {
    expect(sanitize('write to jane.doe@example.com today').text).toBe('write to j***@example.com today')
  })

  it('PI-01 takes a top-level domain of letters only, no bar', () => {
    expect(sanitize('a|b user@example.c|m').findings).toEqual([])
  })

  it('PI-02 masks a social security number and does not call it a phone', () => {
    const { text, findings } = sanitize('SSN 123-45-6789.')
    expect(text).toBe('SSN ***-**-****.')
    expect(findings.map(({ rule }) => rule)).toEqual(['pii/us-ssn'])
    expect(scan('078-05-1123').map(({ rule }) => rule)).toEqual(['pii/us-ssn'])
  })

  it('PI-03 masks a card number and leaves a number that fails the Luhn check', () => {
    expect(sanitize('card 4111-1111-1111-1111').text).toBe('card ****-****-****-1111')
    expect(sanitize('no card 1234-5678-9012-3456').text).toBe('no card 1234-5678-9012-3456')
  })

  it.each([
    ['an OpenAI key', `sk-${body(48)}`, 'openai-legacy-key'],
    ['an OpenAI project key', `sk-proj-${body(48)}`, 'openai-key'],
    ['an Anthropic key', `sk-ant-api03-${body(90)}`, 'anthropic-key'],
    ['a GitHub token', `ghp_${body(36)}`, 'github-token'],
    ['a fine-grained GitHub token', `github_pat_${body(22)}_${body(59)}`, 'github-fine-grained-token'],
    ['an AWS key id', `AKIA${'ABCDEFGHIJ234567'}`, 'aws-access-key-id'],
    ['a Slack token', `xoxb-${'123456789012'}-${body(24)}`, 'slack-token'],
    ['a JSON web token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${body(43)}`, 'jwt'],
  ])('PI-04 masks %s by its kind', (_name, key, label) => {
    expect(sanitize(`use ${key} now`).text).toBe(`use [redacted:${label}] now`)
  })

  it.each([
    ['PKCS#1', pem('RSA ')],
    ['PKCS#8', pem('')],
    ['OpenSSH', pem('OPENSSH ')],
    ['SEC 1', pem('EC ')],
    ['with escaped line ends', pem('').replaceAll('\n', '\\n')],
    ['without its end', pem('').slice(0, 120)],
  ])('PI-05 masks a private key block: %s', (_name, block) => {
    expect(sanitize(`before ${block}`).text).toBe('before [redacted:private-key]')
  })

  it.each([
    ['password=hunter2x', 'password=[redacted:password]'],
    ['{"password":"x"}', '{"password":"[redacted:password]"}'],
    ["DB_PASSWORD: 'p q r'", "DB_PASSWORD: '[redacted:password]'"],
    ['my password is hunter2x.', 'my password is [redacted:password-told].'],
    ['--password hunter2x run', '--password [redacted:password-flag] run'],
  ])('PI-06 masks the value of %s and keeps its key', (text, expected) => {
    expect(sanitize(text).text).toBe(expected)
  })

  it('PI-07 masks telephone numbers, IP addresses and the password of a database URL', () => {
    expect(sanitize('call +44 20 7946 0958 or (415) 555-0132').text).toBe(
      'call [redacted:phone] or [redacted:phone-nanp]',
    )
    expect(sanitize('from 203.0.113.7 and 2001:db8::8a2e:1').text).toBe(
      'from [redacted:ip-address] and [redacted:ipv6-address]',
    )
    expect(sanitize('postgres://app:s3cr3t@db.example.com:5432/main').text).toBe(
      'postgres://app:[redacted:database-url]@db.example.com:5432/main',
    )
  })

  it('PI-07 leaves text that looks like a version to the policy', () => {
    expect(sanitize('v1.2.3.4 and 1.2.3.4.5').findings).toEqual([])
    const policy = createPolicy({
      rules: [{ rule: 'pii/ip-*', action: 'annotate' }],
      default: 'redact',
    })
    const { text, findings } = sanitize('version 1.2.3.4', { policy })
    expect(text).toBe('version 1.2.3.4')
    expect(findings.map(({ rule }) => rule)).toEqual(['pii/ip-address'])
  })

  it('PI-09 finds nothing in what it gave, and changes nothing the second time', () => {
    const examples = defaultPacks().flatMap(({ patterns }) => patterns.flatMap((p) => p.examples))
    const piece = fc.oneof(
      fc.constantFrom(...examples),
      fc.constantFrom(' ', '', ':', '=', '"', '/', '@', '-', '.', '\n', 'password', 'x', '1'),
      fc.string({ maxLength: 6 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = sanitize(pieces.join(''))
        expect(scan(once.text)).toEqual([])
        expect(sanitize(once.text).text).toBe(once.text)
      }),
      { numRuns: 400 },
    )
  })

  it.each(['+442079460958', '+44 20 7946 0958', `+44 (0)20 7946 0958`])(
    'PI-09 masks a long row of %s without anything between them',
    (number) => {
      for (const length of [9, 12, 40]) {
        const once = sanitize(`row ${number.repeat(length)}.`)
        expect(once.text).toBe(`row ${'[redacted:phone]'.repeat(length)}.`)
        expect(once.findings.map(({ start }) => start)).toEqual(
          Array.from({ length }, (_, i) => 4 + i * number.length),
        )
      }
    },
  )

  it('PI-09 masks a long row of keys of which each hides the one before it', () => {
    const key = `tfp_${body(44)}-`
    for (const length of [9, 12, 40]) {
      const { text, findings } = sanitize(`row ${key.repeat(length)} end`)
      expect(text).toMatch(/^row (?:\[redacted:typeform-token\]-?)+ end$/)
      expect(findings).toHaveLength(length)
      for (const [i, { start, end }] of findings.entries()) {
        expect(start).toBe(4 + i * key.length)
        expect(end).toBeLessThanOrEqual(start + key.length)
      }
    }
  })

  it('PI-09 masks every example of every pattern so that nothing is found any more', () => {
    for (const { id, examples } of defaultPacks().flatMap(({ patterns }) => patterns)) {
      for (const example of examples) expect(hasFindings(sanitize(`a ${example} b`).text), id).toBe(false)
    }
  })

  it.each([
    'system: ok',
    'Привет, как дела? Всё хорошо.',
    'Καλημέρα κόσμε, όλα καλά.',
    '今天天气很好。版本 2.0.1 发布于 2024-05-12。',
    'Released 2024-05-12 10:30, build 20240512.1, commit 0123456, ratio 16:9, price 1,299.00.',
    'std::vector<int> v; a[1::2]; git@github.com:org/repo.git; icon@2x.png; max_tokens=1024',
    'ISBN 978-3-16-148410-0, order 113-4567890-1234567, 10.1000/182, 127.0.0.1:8080',
  ])('PI-10 leaves benign text as it is: %s', (text) => {
    expect(sanitize(text)).toEqual({ text, findings: [] })
  })

  it('PI-11 removes control characters when asked to, but keeps line feed and tab', () => {
    expect(sanitize('a\u0007b\n\tc\u0000', { stripControls: true }).text).toBe('ab\n\tc')
    expect(sanitize('a\u0007b').text).toBe('a\u0007b')
  })

  it('PI-13 keeps a long text whole and masks what stands at its end', () => {
    const { text } = sanitize(`${'x'.repeat(200_000)} jane.doe@example.com`)
    expect(text).toBe(`${'x'.repeat(200_000)} j***@example.com`)
  })

  it('PI-14 reports personal data without calling the text a threat', () => {
    const { findings } = sanitize('jane.doe@example.com, 4111-1111-1111-1111')
    expect(findings.map(({ category }) => category)).toEqual(['pii', 'pii'])
    expect(findings.some(({ category }) => isThreat(category))).toBe(false)
  })

  it('masks an assigned token once, by the finding that encloses the other', () => {
    const token = `ghp_${body(36)}`
    const { text, findings } = sanitize(`api_key="${token}"`)
    expect(text).toBe('api_key="[redacted:api-key]"')
    expect(findings.map(({ rule }) => rule)).toEqual(['secret/api-key', 'secret/github-token'])
  })

  describe("with patterns of one's own", () => {
    const own = (
      ...patterns: { id: string; regex: string; notAfter?: string; notBefore?: string }[]
    ): PatternInspector => {
      const rest = { title: 'x', category: 'pii', severity: 'low', confidence: 1, mask: 'label' }
      const examples = { examples: ['a', 'b'], counterExamples: ['c', 'd'] }
      const list = patterns.map((pattern) => ({ ...rest, ...examples, ...pattern }))
      return createPatternInspector({ packs: [loadPack({ name: 'own', patterns: list })] })
    }

    it('takes the longer of two that begin together, and joins two that overlap', () => {
      const together = own({ id: 'x/short', regex: 'ab' }, { id: 'x/long', regex: 'abc' })
      expect(sanitize('-abc-', { inspector: together }).text).toBe('-[redacted:long]-')
      const apart = own({ id: 'x/left', regex: 'abc' }, { id: 'x/right', regex: 'bcd' })
      expect(sanitize('-abcd-', { inspector: apart }).text).toBe('-[redacted]-')
    })

    it.each([
      ['forwards', { id: 'x/run', regex: '[0-9][a-z]{5,400}', notAfter: '[a-z]' }, `7${'k'.repeat(300)}`],
      ['backwards', { id: 'x/run', regex: '[a-z]{5,400}[0-9]', notBefore: '[a-z]' }, `${'k'.repeat(300)}7`],
    ])('masks each match of a long row whole, however long it may be: %s', (_name, pattern, one) => {
      expect(sanitize(one.repeat(20), { inspector: own(pattern) }).text).toBe('[redacted:run]'.repeat(20))
    })

    it('masks a long row of short and long matches', () => {
      const inspector = own(
        { id: 'x/short', regex: '[0-9][a-z]{5}', notAfter: '[a-z]' },
        { id: 'x/long', regex: '[0-9][A-Z]{300}', notAfter: '[a-z]' },
      )
      const pair = `7aaaaa8${'B'.repeat(300)}7aaaaa7aaaaa`
      const masked = '[redacted:short][redacted:long][redacted:short][redacted:short]'
      expect(sanitize(pair.repeat(20), { inspector }).text).toBe(masked.repeat(20))
    })

    it.each([10, 126, 127, 128, 129, 600])(
      'masks a long row of matches of %i characters and one',
      (length) => {
        const inspector = own({ id: 'x/run', regex: `[0-9][a-z]{${length}}`, notAfter: '[a-z]' })
        const one = `7${'k'.repeat(length)}`
        expect(sanitize(`${one.repeat(20)} z`, { inspector }).text).toBe(`${'[redacted:run]'.repeat(20)} z`)
      },
    )
  })

  it('gives offsets in the text that was read', () => {
    const text = 'a jane.doe@example.com b 203.0.113.7'
    const spans = sanitize(text).findings.map(({ start, end }) => text.slice(start, end))
    expect(spans).toEqual(['jane.doe@example.com', '203.0.113.7'])
  })

  it('gives offsets in the text that was read also for what masking uncovered', () => {
    const phones = ['+442079460958', '+442079460959', '+442079460960']
    const text = `a ${phones.join('')} b 123-45-6789 c ${phones.join('')} d`
    const { findings } = sanitize(text)
    const spans = findings.map(({ start, end }) => text.slice(start, end))
    expect(spans).toEqual([...phones, '123-45-6789', ...phones])
  })

  it('I-10 takes time in proportion to a text in which masking uncovers much', () => {
    const row = 'a@b.com@c.de '
    sanitize(row.repeat(1000))
    const quarter = cpuMs(() => void sanitize(row.repeat(4000)))
    expect(cpuMs(() => void sanitize(row.repeat(16_000)))).toBeLessThan(10 * quarter)
  })

  it('masks what grew past the hold bound instead of passing it over', () => {
    const block = `-----BEGIN PRIVATE KEY-----\n${`${KEY_LINE}\n`.repeat(200)}`
    const { text } = sanitize(`${block}--- end`)
    expect(text).not.toContain(KEY_LINE)
    expect(text.endsWith('--- end')).toBe(true)
  })
})

function hasFindings(text: string): boolean {
  return scan(text).length > 0
}

describe('hasPII', () => {
  it('PI-08 gives the same answer each time', () => {
    const answers = [1, 2, 3, 4].map(() => hasPII('jane.doe@example.com'))
    expect(answers).toEqual([true, true, true, true])
  })

  it('is about personal data, not about secrets', () => {
    expect(hasPII('password=hunter2x')).toBe(false)
  })
})
