import { expect, it } from 'vitest'
import * as api from './index.ts'

it('exports exactly the names that are promised', () => {
  expect(Object.keys(api).sort()).toEqual([
    'CATEGORIES',
    'DEFAULT_POLICY_SPEC',
    'createPolicy',
    'defaultPolicy',
    'describePolicy',
    'isCategory',
    'isThreat',
    'joinActions',
    'parsePolicySpec',
    'worstAction',
  ])
})
