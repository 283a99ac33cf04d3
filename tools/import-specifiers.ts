import { parseSync } from 'rolldown/utils'

export interface ImportSpecifier {
  readonly specifier: string
  readonly line: number
}

/**
 * Every module name that a source file mentions as a literal: static imports and re-exports (also type-only
 * ones), `import()`, `typeof import()` and other import types, `require()`, `require.resolve()` and
 * `import.meta.resolve()`. Parsed, not searched for: names in comments and strings do not count.
 *
 * @throws Error when the file does not parse.
 */
export function importSpecifiers(fileName: string, source: string): ImportSpecifier[] {
  const parsed = parseSync(fileName, source)
  if (parsed.errors.length > 0) throw new Error(`${fileName}: ${parsed.errors[0]!.message}`)
  const found: ImportSpecifier[] = []
  visit(parsed.program, (node) => {
    const literal = specifierNode(node)
    const specifier = literal?.type === 'Literal' ? literal['value'] : undefined
    if (literal === undefined || typeof specifier !== 'string') return
    found.push({
      specifier,
      line: source.slice(0, literal.start).split('\n').length,
    })
  })
  return found
}

interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

function specifierNode(node: SyntaxNode): SyntaxNode | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return (node['source'] as SyntaxNode | null) ?? undefined
    case 'TSExternalModuleReference':
      return node['expression'] as SyntaxNode
    case 'CallExpression':
      return RESOLVING_CALLS.has(calleeName(node['callee'] as SyntaxNode))
        ? (node['arguments'] as SyntaxNode[])[0]
        : undefined
    default:
      return undefined
  }
}

const RESOLVING_CALLS = new Set(['require', 'require.resolve', 'import.meta.resolve'])

function calleeName(node: SyntaxNode): string {
  if (node.type === 'Identifier') return node['name'] as string
  if (node.type === 'MetaProperty') return 'import.meta'
  if (node.type !== 'MemberExpression' || node['computed'] === true) return ''
  return `${calleeName(node['object'] as SyntaxNode)}.${calleeName(node['property'] as SyntaxNode)}`
}

function visit(value: unknown, enter: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, enter)
  } else if (typeof value === 'object' && value !== null && 'type' in value) {
    enter(value as SyntaxNode)
    for (const child of Object.values(value)) visit(child, enter)
  }
}
