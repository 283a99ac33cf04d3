// Measures the default packs against labelled data that is not part of this repository:
//   node packages/aimds-detection/eval/pii.ts --data DIR [--misses TYPE]
// DIR holds pii_*.jsonl.gz with rows {text, spans: [{start, end, type}]} and secrets_*.jsonl.gz with rows
// {text, is_secret, type}. A negative row of a secrets file is a negative for its own rule only, so the
// share of flagged negatives is an upper bound of the false-positive rate.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import type { Finding } from '@midstream/core'
import { createPatternInspector } from '../src/index.ts'
import { share } from './wilson.ts'

interface Span {
  start: number
  end: number
  type: string
}
interface PiiRow {
  text: string
  spans: Span[]
}
interface SecretRow {
  text: string
  is_secret: boolean
  type: string
}

/** Which rules answer for which labels. Labels that no rule claims to find are not scored. */
const TYPES: readonly { name: string; labels: string[]; rules: string[] }[] = [
  { name: 'e-mail', labels: ['EMAIL_ADDRESS'], rules: ['pii/email'] },
  { name: 'card', labels: ['CREDIT_CARD'], rules: ['pii/card'] },
  { name: 'IBAN', labels: ['IBAN_CODE'], rules: ['pii/iban'] },
  { name: 'US SSN', labels: ['US_SSN'], rules: ['pii/us-ssn', 'pii/us-ssn-labelled'] },
  { name: 'US ITIN', labels: ['US_ITIN'], rules: ['pii/us-itin'] },
  { name: 'IP', labels: ['IP_ADDRESS'], rules: ['pii/ip-address', 'pii/ip-private', 'pii/ipv6-address'] },
  { name: 'MAC', labels: ['MAC_ADDRESS'], rules: ['pii/mac-address'] },
  {
    name: 'phone',
    labels: ['PHONE', 'PH_MOBILE_NUMBER', 'TR_PHONE_NUMBER'],
    rules: ['pii/phone', 'pii/phone-nanp', 'pii/phone-national', 'pii/phone-mobile', 'pii/phone-labelled'],
  },
]

const { values } = parseArgs({ options: { data: { type: 'string' }, misses: { type: 'string' } } })
const folder = values.data
if (folder === undefined) {
  console.error('usage: node eval/pii.ts --data DIR [--misses TYPE]')
  process.exit(2)
}
const inspector = createPatternInspector()

function readRows<Row>(file: string): Row[] {
  const lines = gunzipSync(readFileSync(join(folder!, file)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as Row)
}

const overlaps = (a: Span | Finding, b: Span | Finding): boolean => a.start < b.end && b.start < a.end
const equal = (a: Span | Finding, b: Span | Finding): boolean => a.start === b.start && a.end === b.end

function scorePii(file: string): void {
  const rows = readRows<PiiRow>(file).map((row) => ({ ...row, findings: inspector.scan(row.text) }))
  console.log(`\n${file}: ${rows.length} rows`)
  for (const { name, labels, rules } of TYPES) {
    const count = { gold: 0, found: 0, exact: 0, predicted: 0, right: 0, rightExact: 0 }
    for (const { text, spans, findings } of rows) {
      const gold = spans.filter(({ type }) => labels.includes(type))
      const predicted = findings.filter(({ rule }) => rules.includes(rule))
      // Two phone rules may find one number: a span counts once.
      const distinct = predicted.filter((a, i) => !predicted.some((b, j) => j < i && overlaps(a, b)))
      count.gold += gold.length
      count.predicted += distinct.length
      for (const span of gold) {
        if (predicted.some((finding) => overlaps(span, finding))) count.found += 1
        else if (values.misses === name) console.log('  missed', JSON.stringify(text.slice(0, 160)))
        if (predicted.some((finding) => equal(span, finding))) count.exact += 1
      }
      for (const finding of distinct) {
        if (gold.some((span) => overlaps(span, finding))) count.right += 1
        else if (values.misses === name)
          console.log('  extra', finding.rule, JSON.stringify(text.slice(0, 160)))
        if (gold.some((span) => equal(span, finding))) count.rightExact += 1
      }
    }
    if (count.gold === 0 && count.predicted === 0) continue
    console.log(`${name}`)
    console.log(
      `  recall    overlap ${share(count.found, count.gold)}   exact ${share(count.exact, count.gold)}`,
    )
    console.log(
      `  precision overlap ${share(count.right, count.predicted)}   exact ${share(count.rightExact, count.predicted)}`,
    )
  }
}

function scoreSecrets(file: string): void {
  const rows = readRows<SecretRow>(file).map((row) => ({
    ...row,
    rules: inspector
      .scan(row.text)
      .filter(({ category }) => category === 'secret')
      .map(({ rule }) => rule),
  }))
  const secrets = rows.filter((row) => row.is_secret)
  const others = rows.filter((row) => !row.is_secret)
  const hits = (list: typeof rows): number => list.filter(({ rules }) => rules.length > 0).length
  console.log(`\n${file}: ${rows.length} rows`)
  console.log(`  recall              ${share(hits(secrets), secrets.length)}`)
  console.log(`  flagged negatives   ${share(hits(others), others.length)}`)
  if (values.misses !== file) return
  for (const { text, type, rules, is_secret } of rows) {
    if (is_secret !== rules.length > 0) {
      console.log(
        is_secret ? '  missed' : '  extra',
        type,
        rules.join(','),
        JSON.stringify(text.slice(0, 200)),
      )
    }
  }
}

const files = readdirSync(folder).sort()
for (const file of files.filter((name) => /^pii_.*\.jsonl\.gz$/.test(name))) scorePii(file)
for (const file of files.filter((name) => /^secrets_.*\.jsonl\.gz$/.test(name))) scoreSecrets(file)
