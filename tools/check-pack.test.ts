import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkTarballs, entryNames, firstExample } from './check-pack.ts'
import { plant } from './planted-workspace.ts'

const manifest = {
  name: '@midstream/planted',
  version: '0.1.0',
  license: 'MIT',
  type: 'module',
  files: ['dist', 'LICENSE-MIT', 'LICENSE-APACHE'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
}
const files = {
  'package.json': manifest,
  'README.md': '# planted',
  'LICENSE-MIT': 'x',
  'LICENSE-APACHE': 'x',
  'dist/index.js': 'export const one = 1\n',
  'dist/index.d.ts': 'export declare const one: number\n',
}

/** Packs one planted package with npm and checks the tarball; nothing comes from a registry. */
async function check(changes: Readonly<Record<string, unknown>>, example?: string): Promise<string[]> {
  const kept = Object.entries({ ...files, ...changes }).filter(([, content]) => content !== undefined)
  using planted = plant(Object.fromEntries(kept))
  using scratch = plant({})
  mkdirSync(join(scratch.root, 'packed'))
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', join(scratch.root, 'packed')], {
    cwd: planted.root,
    encoding: 'utf8',
  })
  const file = join(scratch.root, 'packed', packed.stdout.trim().split('\n').at(-1)!)
  const examples = example === undefined ? [] : [{ source: 'README.md', code: example }]
  return await checkTarballs([{ name: manifest.name, file }], scratch.root, examples)
}

describe('checkTarballs', () => {
  it('accepts a package in good order', async () => {
    expect(await check({})).toEqual([])
  })

  it('refuses an entry that does not load, in either module system', async () => {
    const found = await check({ 'dist/index.js': "import 'not-installed'\nexport const one = 1\n" })
    expect(found).toEqual([
      expect.stringContaining('import @midstream/planted'),
      expect.stringContaining('require @midstream/planted'),
    ])
  })

  it('refuses declarations that do not type-check', async () => {
    const found = await check({ 'dist/index.d.ts': "export { two } from './missing.js'\n" })
    expect(found).toContainEqual(expect.stringMatching(/^types: .*missing/))
  })

  it('runs and type-checks an example', async () => {
    const example = "import { one } from '@midstream/planted'\n"
    expect(await check({}, `${example}if (one !== 1) throw new Error('wrong')\n`)).toEqual([])
    const found = await check({}, `${example}const two: string = one\nthrow new Error(two)\n`)
    expect(found).toEqual([
      expect.stringContaining('README.md: its example'),
      expect.stringMatching(/^types: README\.md.*string/),
    ])
  })

  it('refuses an exported file that is not packed', async () => {
    const exports = { ...manifest.exports, './extra': './dist/extra.js' }
    const found = await check({ 'package.json': { ...manifest, exports } })
    expect(found).toContainEqual(expect.stringMatching(/publint: .*extra/))
  })

  it('refuses a tarball without licence or README, with an install script, or with a workspace range', async () => {
    const broken = { ...manifest, scripts: { postinstall: 'true' }, optionalDependencies: {} }
    const found = await check({ 'package.json': broken, 'README.md': undefined, 'LICENSE-MIT': undefined })
    expect(found).toEqual([
      '@midstream/planted: LICENSE-MIT is not in the tarball',
      '@midstream/planted: README.md is not in the tarball',
      '@midstream/planted: has the script postinstall',
    ])
  })
})

describe('firstExample', () => {
  it('takes the first block marked ts that begins with an import of ours', () => {
    const ours = "import { b } from '@midstream/a'\nb()\n"
    const theirs = "```ts\nimport b from 'b'\nb()\n```\n"
    expect(firstExample(`# x\n\`\`\`\na\n\`\`\`\n${theirs}\`\`\`ts\n${ours}\`\`\`\n${theirs}`)).toBe(ours)
    expect(firstExample(`# x\n${theirs}`)).toBeUndefined()
    expect(firstExample('# x\n```js\na\n```\n')).toBeUndefined()
  })
})

describe('entryNames', () => {
  it('names every entry but patterns and package.json', () => {
    const exports = { '.': 'a', './sub': 'b', './lib/*': 'c', './package.json': './package.json' }
    expect(entryNames({ name: '@midstream/a', exports })).toEqual(['@midstream/a', '@midstream/a/sub'])
  })
})
