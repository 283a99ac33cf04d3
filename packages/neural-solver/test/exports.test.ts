import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as main from '../src/index.ts'
import * as signals from '../src/signals.ts'

describe('@midstream/neural-solver', () => {
  it('PK-02 exports these names and no others', () => {
    expect(Object.keys(main).sort()).toEqual([
      'PATTERN_NAMES',
      'PATTERN_SCOPES',
      'analyzePolicies',
      'check',
      'compileMonitor',
      'createPolicyMonitor',
      'entails',
      'equivalent',
      'evaluate',
      'formulaFromJson',
      'parseFormula',
      'printFormula',
      'resumePolicyMonitor',
      'satisfiable',
      'satisfies',
      'valid',
      'verifyCertificate',
    ])
    expect(Object.keys(signals).sort()).toEqual(['createRobustnessStream', 'fitTemplate', 'robustness'])
  })

  it('PK-03 depends on core alone and has no install script', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(manifest.dependencies).toEqual({ '@midstream/core': 'workspace:^' })
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([])
  })
})
