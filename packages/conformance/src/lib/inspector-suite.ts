import { describe, expect, it } from 'vitest'
import { inspectorChecks } from './inspector-checks.ts'
import type { InspectorSubject } from './inspector-subject.ts'

/**
 * Registers the tests that every inspector must pass, one per law. Call it at the top of a test file.
 * The samples decide how much it can see: give each kind of finding, and the benign texts that come closest.
 */
export function inspectorConformance(name: string, subject: InspectorSubject): void {
  describe(`${name} conforms to Inspector`, { timeout: 60_000 }, () => {
    for (const { law, title, run } of inspectorChecks) {
      it(law.startsWith('I-') ? `${law} ${title}` : title, async () => {
        expect(await run(subject)).toEqual([])
      })
    }
  })
}
