import { describe, expect, it } from 'vitest'
import { nodeComplaint } from './package-version.ts'

describe('nodeComplaint', () => {
  it('refuses what package.json does not allow', () => {
    expect(nodeComplaint('20.20.2')).toBe('needs Node 22 or newer, this is 20.20.2')
    for (const version of ['22.0.0', '24.11.0', '100.0.0']) expect(nodeComplaint(version)).toBeUndefined()
  })
})
