import { describe, expect, it } from 'vitest'
import { importSpecifiers } from './import-specifiers.ts'

describe('importSpecifiers', () => {
  it.each([
    ['a static import', "import { a } from 'x'"],
    ['an import for effects', "import 'x'"],
    ['a type import', "import type { A } from 'x'"],
    ['a re-export', "export { a } from 'x'"],
    ['a star re-export', "export * from 'x'"],
    ['a type re-export', "export type { A } from 'x'"],
    ['a dynamic import', "const a = await import('x')"],
    ['an import type', "let a: import('x').A"],
    ['a typeof import', "let a: typeof import('x')"],
    ['require', "const a = require('x')"],
    ['require.resolve', "require.resolve('x')"],
    ['import.meta.resolve', "import.meta.resolve('x')"],
  ])('finds %s', (_, source) => {
    expect(importSpecifiers('a.ts', source)).toEqual([{ specifier: 'x', line: 1 }])
  })

  it('tells the line', () => {
    expect(importSpecifiers('a.ts', "// one\n\nimport 'x'\n")).toEqual([{ specifier: 'x', line: 3 }])
  })

  it('ignores comments, strings, templates and regular expressions', () => {
    const source = [
      "// import 'a'",
      '/* import("b") */',
      'const s = "import \'c\'"',
      "const t = `import('d')`",
      "const r = /import('e')/",
    ]
    expect(importSpecifiers('a.ts', source.join('\n'))).toEqual([])
  })

  it('throws for a file that does not parse', () => {
    expect(() => importSpecifiers('a.ts', 'import {')).toThrow('a.ts')
  })
})
