import { describe, expect, it } from 'vitest'
import { checkGraph } from './check-graph.ts'
import { plant } from './planted-workspace.ts'

type Fields = Readonly<Record<string, unknown>>

/** A small workspace in good order; `extra` adds to it or replaces its files. */
function workspace(extra: Fields = {}): Record<string, unknown> {
  return {
    'package.json': { name: 'root', private: true },
    ...pkg('packages/core', 'core'),
    ...pkg('packages/test-kit', 'test-kit', { dependencies: { '@midstream/core': 'workspace:^' } }),
    ...pkg('packages/matcher', 'matcher', {
      dependencies: { '@midstream/core': 'workspace:^' },
      devDependencies: { '@midstream/test-kit': 'workspace:^', vitest: 'catalog:' },
    }),
    'packages/core/src/index.ts': 'export const one = 1',
    'packages/core/src/lib/deep.ts': "export * from '../index.ts'",
    'packages/matcher/src/index.ts':
      "import { one } from '@midstream/core'\nimport 'node:fs'\nexport { one }",
    'packages/matcher/src/index.test.ts': "import 'vitest'\nimport '@midstream/test-kit'",
    ...extra,
  }
}

function pkg(dir: string, name: string, fields: Fields = {}): Record<string, unknown> {
  return {
    [`${dir}/package.json`]: { name: `@midstream/${name}`, exports: { '.': './src/index.ts' }, ...fields },
  }
}

function violations(extra: Fields): string[] {
  using planted = plant(workspace(extra))
  return checkGraph(planted.root)
}

const onCore = { dependencies: { '@midstream/core': 'workspace:^' } }

describe('checkGraph', () => {
  it('accepts a workspace that keeps to the table', () => {
    expect(violations({})).toEqual([])
  })

  it('refuses a declared edge that is not in the table', () => {
    const stream = pkg('packages/stream', 'stream', {
      dependencies: { '@midstream/core': 'workspace:^', '@midstream/matcher': 'workspace:^' },
    })
    expect(violations(stream)).toEqual([
      'packages/stream/package.json: @midstream/stream may not depend on @midstream/matcher',
    ])
  })

  it('refuses such an edge for development too', () => {
    const stream = pkg('packages/stream', 'stream', {
      ...onCore,
      devDependencies: { '@midstream/matcher': 'workspace:^' },
    })
    expect(violations(stream)).toHaveLength(1)
  })

  it('refuses test-kit as a development dependency of core, and the cycle it makes', () => {
    const core = pkg('packages/core', 'core', { devDependencies: { '@midstream/test-kit': 'workspace:^' } })
    expect(violations(core)).toEqual([
      expect.stringContaining('@midstream/core may not depend on @midstream/test-kit'),
      'cycle: @midstream/core -> @midstream/test-kit -> @midstream/core',
    ])
  })

  it('refuses test-kit as a runtime dependency', () => {
    const matcher = pkg('packages/matcher', 'matcher', {
      dependencies: { '@midstream/core': 'workspace:^', '@midstream/test-kit': 'workspace:^' },
      devDependencies: { vitest: 'catalog:' },
    })
    expect(violations(matcher)).toEqual([expect.stringContaining('may not depend on @midstream/test-kit')])
  })

  it('refuses a third-party runtime dependency of core and of an algorithm package', () => {
    const core = pkg('packages/core', 'core', { dependencies: { zod: '4' } })
    expect(violations(core)).toEqual([
      'packages/core/package.json: third-party runtime dependency zod is not allowed here',
    ])
    const scheduler = pkg('packages/scheduler', 'scheduler', { peerDependencies: { zod: '4' } })
    expect(violations(scheduler)).toEqual([expect.stringContaining('zod')])
  })

  it('lets the cli import the gateway and nothing else import an app', () => {
    const gateway = pkg('apps/gateway', 'gateway', onCore)
    const uses = { dependencies: { '@midstream/gateway': 'workspace:^' } }
    expect(violations({ ...gateway, ...pkg('apps/cli', 'cli', uses) })).toEqual([])
    expect(violations({ ...gateway, ...pkg('packages/stream', 'stream', uses) })).toHaveLength(1)
    expect(violations({ ...pkg('apps/cli', 'cli'), ...pkg('apps/gateway', 'gateway', uses) })).not.toEqual([])
  })

  it('refuses a package that the table does not know', () => {
    expect(violations(pkg('packages/extra', 'extra'))).toEqual([
      'packages/extra/package.json: @midstream/extra is not in the table of allowed edges',
    ])
  })

  it.each([
    ['an undeclared package', "import 'undici'", 'does not declare'],
    ['an undeclared package by type only', "import type { A } from 'undici'", 'does not declare'],
    ['an undeclared sibling, dynamically', "await import('@midstream/stream')", 'does not declare'],
    ['a deep path of a sibling', "import '@midstream/core/src/lib/deep.ts'", 'is not an entry of'],
    ['a relative path into a sibling', "import '../../core/src/index.ts'", 'leaves the package'],
    ['an absolute path', "import '/core/src/index.ts'", 'leaves the package'],
    ['a development dependency', "import 'vitest'", 'code that is published'],
  ])('refuses an import of %s', (_, source, reason) => {
    expect(violations({ 'packages/matcher/src/planted.ts': source })).toEqual([
      expect.stringMatching(new RegExp(`^packages/matcher/src/planted\\.ts:1: .*${reason}`)),
    ])
  })

  it('refuses a relative import from a benchmark into the package it measures', () => {
    const bench = pkg('packages/matcher/bench', 'matcher-bench', { name: 'matcher-bench' })
    const file = { 'packages/matcher/bench/run.ts': "import '../src/index.ts'" }
    expect(violations({ ...bench, ...file })).toEqual([expect.stringContaining('leaves the package')])
  })

  it("lets a package's tests, but not its code, read its benchmark's fixtures", () => {
    const bench = pkg('packages/matcher/bench', 'matcher-bench', { name: 'matcher-bench' })
    const test = { 'packages/matcher/test/fixtures.test.ts': "import '../bench/fixtures.ts'" }
    expect(violations({ ...bench, ...test })).toEqual([])
    const code = { 'packages/matcher/src/planted.ts': "import '../bench/fixtures.ts'" }
    expect(violations({ ...bench, ...code })).toEqual([expect.stringContaining('leaves the package')])
  })

  it('accepts an import of an entry that the sibling exports', () => {
    const core = pkg('packages/core', 'core', {
      exports: { '.': './src/index.ts', './deep': './src/lib/deep.ts' },
    })
    const file = { 'packages/matcher/src/planted.ts': "import '@midstream/core/deep'" }
    expect(violations({ ...core, ...file })).toEqual([])
  })
})
