import { compareSeverities, type Finding, type Severity } from '@midstream/core'
import { maskedExcerpt } from './excerpt.ts'
import { createPositions, type Position } from './positions.ts'

/** A finding with its place. It holds no text of the finding itself. */
export interface PlacedFinding {
  readonly rule: string
  readonly category: string
  readonly severity: Severity
  readonly confidence: number
  /** UTF-16 code units from the start of the input. */
  readonly start: number
  readonly end: number
  readonly from: Position
  /** Just behind the last code unit. */
  readonly to: Position
  /** The line with everything found in it masked. */
  readonly excerpt: string
}

/** What was found in one input. */
export interface SourceReport {
  /** The file as it was named, `<stdin>` or `<text>`. */
  readonly source: string
  readonly findings: readonly PlacedFinding[]
}

/** Adds places and masked excerpts to the findings of a text. */
export function placeFindings(source: string, text: string, findings: readonly Finding[]): SourceReport {
  const positionOf = createPositions(text)
  return {
    source,
    findings: findings.map((finding) => {
      const { rule, category, severity, confidence, start, end } = finding
      const place = { start, end, from: positionOf(start), to: positionOf(end) }
      return {
        rule,
        category,
        severity,
        confidence,
        ...place,
        excerpt: maskedExcerpt(text, finding, findings),
      }
    }),
  }
}

/** The highest severity among the findings. */
export function worstSeverity(reports: readonly SourceReport[]): Severity | undefined {
  let worst: Severity | undefined
  for (const { severity } of reports.flatMap(({ findings }) => findings)) {
    if (worst === undefined || compareSeverities(severity, worst) > 0) worst = severity
  }
  return worst
}

/** Exit status of a scan: 0 nothing found, 1 below high, 3 high, 4 critical. (2 is a call that went wrong.) */
export function exitCodeOf(worst: Severity | undefined): number {
  if (worst === undefined) return 0
  if (worst === 'critical') return 4
  return worst === 'high' ? 3 : 1
}

/** One line per finding, as compilers print them, and a last line with the sum. */
export function toText(reports: readonly SourceReport[]): string {
  const lines = reports.flatMap(({ source, findings }) =>
    findings.map(
      ({ rule, severity, from, excerpt }) =>
        `${source}:${from.line}:${from.column}: ${severity} ${rule}: ${excerpt}`,
    ),
  )
  const inputs = reports.length === 1 ? '1 input' : `${reports.length} inputs`
  const sum = lines.length === 1 ? '1 finding' : `${lines.length} findings`
  return `${[...lines, `${sum} in ${inputs}`].join('\n')}\n`
}

/** One JSON document. */
export function toJson(reports: readonly SourceReport[], version: string): string {
  return `${JSON.stringify({ tool: 'midstream', version, worst: worstSeverity(reports) ?? null, results: reports }, null, 2)}\n`
}

const LEVELS: Readonly<Record<Severity, 'note' | 'warning' | 'error'>> = {
  info: 'note',
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
}

function sarifUri(source: string): string {
  // `<stdin>` and `<text>` are no files; encoded they are still valid relative references.
  return source.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
}

/** A SARIF 2.1.0 log (OASIS standard, 27 March 2020). */
export function toSarif(reports: readonly SourceReport[], version: string): string {
  const ids = [...new Set(reports.flatMap(({ findings }) => findings.map(({ rule }) => rule)))].sort()
  const results = reports.flatMap(({ source, findings }) =>
    findings.map(({ rule, severity, confidence, start, end, from, to, excerpt }) => ({
      ruleId: rule,
      ruleIndex: ids.indexOf(rule),
      level: LEVELS[severity],
      message: { text: `${rule}: ${excerpt}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: sarifUri(source) },
            region: {
              startLine: from.line,
              startColumn: from.column,
              endLine: to.line,
              endColumn: to.column,
              charOffset: start,
              charLength: end - start,
            },
          },
        },
      ],
      properties: { severity, confidence },
    })),
  )
  const driver = { name: 'midstream', version, rules: ids.map((id) => ({ id })) }
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}
