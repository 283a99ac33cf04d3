import { describe, expect, it } from 'vitest'
import { checkInspector, inspectorChecks } from '../src/lib/inspector-checks.ts'
import type { InspectorSubject } from '../src/lib/inspector-subject.ts'
import { inspectorConformance } from '../src/lib/inspector-suite.ts'
import { wordInspector } from '../src/lib/word-inspector.ts'
import { brokenInspectors } from './broken-inspectors.ts'
import { brokenSessions } from './broken-sessions.ts'
import { brokenTexts } from './broken-texts.ts'

const broken = [...brokenInspectors, ...brokenSessions, ...brokenTexts]

// `key` at the end of a text is decided only by the end, because `keyring` may still come.
const words = ['secret', 'cretin', 'aXa', '😀🔑', 'key', 'keyring']

const subject: InspectorSubject = {
  create: () => wordInspector(words),
  samples: [
    { text: 'secret', findings: [{ rule: 'word/secret', start: 0, end: 6 }] },
    {
      text: 'a secretin',
      findings: [
        { rule: 'word/secret', start: 2, end: 8 },
        { rule: 'word/cretin', start: 4, end: 10 },
      ],
    },
    {
      text: 'aXaXa',
      findings: [
        { rule: 'word/aXa', start: 0, end: 3 },
        { rule: 'word/aXa', start: 2, end: 5 },
      ],
    },
    { text: 'the key', findings: [{ rule: 'word/key', start: 4, end: 7 }] },
    { text: 'x 😀🔑', findings: [{ rule: 'word/😀🔑', start: 2, end: 6 }] },
  ],
  benign: ['a plain text, no secre', 'sec ret, 😀 🔑'],
}

inspectorConformance('wordInspector', subject)

// A loaded machine needs more than the usual five seconds.
describe('checkInspector', { timeout: 60_000 }, () => {
  it.each(broken.map((one) => [one.name, one] as const))(
    'sees an inspector that %s',
    async (_, { create, breaks }) => {
      const checks = inspectorChecks.filter(({ law }) => breaks.includes(law))
      const target = { ...subject, create: () => create(words) }
      const violations = await Promise.all(checks.map((check) => check.run(target)))
      const laws = new Set(violations.flat().map(({ law }) => law))
      expect([...laws].sort()).toEqual([...breaks].sort())
    },
  )

  it('sees benign text that is not benign', async () => {
    const violations = await checkInspector({ ...subject, benign: [...subject.benign, 'one secret'] })
    expect(violations.map(({ law }) => law)).toEqual(['findings'])
  })
})
