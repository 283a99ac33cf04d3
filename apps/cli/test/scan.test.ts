import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runMain } from './run-cli.ts'

const EMAIL = 'maria.keller@example.com'
// Synthetic, with a checksum that holds; in fragments so that scanners of source code stay quiet.
const TOKEN = ['gh', 'p_', 'IAvJMKxjLjgjxjy', 'ypoYrF7uVvSJZs8', '2X71x0'].join('')
const TEXT = `Hello\nwrite to ${EMAIL} now\r\nkey ${TOKEN}\n`

describe('midstream scan', { timeout: 60_000 }, () => {
  let folder: string
  let file: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'midstream-scan-'))
    file = join(folder, 'notes.txt')
    await writeFile(file, TEXT)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('CL-18 finds the same in a file, on stdin and in --text', async () => {
    const runs = await Promise.all([
      runMain(['scan', '--json', file]),
      runMain(['scan', '--json', '--stdin'], TEXT),
      runMain(['scan', '--json', '--text', TEXT]),
    ])
    const [fromFile, fromStdin, fromText] = runs.map(({ stdout }) => JSON.parse(stdout).results[0])
    expect(fromStdin.findings).toEqual(fromFile.findings)
    expect(fromText.findings).toEqual(fromFile.findings)
    expect([fromFile.source, fromStdin.source, fromText.source]).toEqual([file, '<stdin>', '<text>'])
    const places = fromFile.findings.map(
      ({ start, end, from, to }: Record<'start' | 'end', number> & Record<'from' | 'to', unknown>) => ({
        text: TEXT.slice(start, end),
        from,
        to,
      }),
    )
    expect(places).toContainEqual({
      text: EMAIL,
      from: { line: 2, column: 10 },
      to: { line: 2, column: 10 + EMAIL.length },
    })
    expect(places).toContainEqual({
      text: TOKEN,
      from: { line: 3, column: 5 },
      to: { line: 3, column: 5 + TOKEN.length },
    })
  })

  it.each([['text'], ['json'], ['sarif']])('CL-18 shows no part of a secret as %s', async (format) => {
    const flags = format === 'text' ? [] : [`--${format}`]
    const { stdout } = await runMain(['scan', ...flags, file])
    expect(stdout).toContain('[redacted:')
    for (const secret of [EMAIL, 'maria', TOKEN, TOKEN.slice(0, 8), TOKEN.slice(-8)]) {
      expect(stdout).not.toContain(secret)
    }
  })

  it('CL-18 writes a SARIF log with one result per finding', async () => {
    const { stdout } = await runMain(['scan', '--sarif', file])
    const log = JSON.parse(stdout)
    expect(log.version).toBe('2.1.0')
    const [run] = log.runs
    expect(run.columnKind).toBe('utf16CodeUnits')
    const token = run.results.find(({ ruleId }: { ruleId: string }) => /^secret\/github/.test(ruleId))
    expect(token.level).toBe('error')
    expect(run.tool.driver.rules[token.ruleIndex].id).toBe(token.ruleId)
    expect(token.locations[0].physicalLocation.region).toEqual({
      startLine: 3,
      startColumn: 5,
      endLine: 3,
      endColumn: 5 + TOKEN.length,
      charOffset: TEXT.indexOf(TOKEN),
      charLength: TOKEN.length,
    })
  })

  it('CL-18 never writes to the target', async () => {
    const before = await stat(file, { bigint: true })
    await runMain(['scan', file])
    const after = await stat(file, { bigint: true })
    expect([after.mtimeNs, after.ctimeNs, after.ino]).toEqual([before.mtimeNs, before.ctimeNs, before.ino])
    expect(await readFile(file, 'utf8')).toBe(TEXT)
    expect(await readdir(folder)).toEqual(['notes.txt'])
  })

  it('CL-18 exits with 0 when nothing is found', async () => {
    expect(await runMain(['scan', '--text', 'nothing to see'])).toEqual({
      code: 0,
      stdout: '0 findings in 1 input\n',
      stderr: '',
    })
  })

  it('CL-18 exits by the worst severity', async () => {
    const exits: Readonly<Record<string, number>> = { info: 1, low: 1, medium: 1, high: 3, critical: 4 }
    const texts = [`mail ${EMAIL}`, `key ${TOKEN}`, 'card 4539 1488 0343 6467']
    for (const { code, stdout } of await Promise.all(
      texts.map((text) => runMain(['scan', '--json', '--text', text])),
    )) {
      expect(code).toBe(exits[JSON.parse(stdout).worst])
    }
  })

  it('exits with 2 for a file that cannot be read', async () => {
    const { code, stdout, stderr } = await runMain(['scan', join(folder, 'none.txt')])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^midstream: cannot read .*none\.txt: ENOENT/)
  })

  it('exits with 2 for an input without end', async () => {
    const { code, stdout, stderr } = await runMain(['scan', '/dev/zero'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^midstream: \/dev\/zero is larger than 67108864 bytes/)
  })

  it.each([
    ['UTF-16, little-endian', [0xff, 0xfe], Buffer.from(TEXT, 'utf16le')],
    ['UTF-16, big-endian', [0xfe, 0xff], Buffer.from(TEXT, 'utf16le').swap16()],
    ['UTF-8', [0xef, 0xbb, 0xbf], Buffer.from(TEXT)],
  ])('finds the same behind a byte order mark (%s)', async (_name, mark, bytes) => {
    const marked = await runMain(['scan', '--stdin'], Buffer.concat([Buffer.from(mark), bytes]))
    expect(marked).toEqual(await runMain(['scan', '--stdin'], TEXT))
    expect(marked.code).toBe(4)
  })

  it('scans several inputs and prints one line per finding', async () => {
    const { stdout } = await runMain(['scan', '--text', `a ${EMAIL}`, '--stdin', file], `b ${EMAIL}`)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.at(-1)).toMatch(/^\d+ findings in 3 inputs$/)
    expect(lines[0]).toMatch(/^<text>:1:3: \w+ pii\/email: a \[redacted:email\]$/)
    expect(lines[1]).toMatch(/^<stdin>:1:3: \w+ pii\/email: b \[redacted:email\]$/)
  })

  it('reads a UTF-8 character that the input cuts in two', async () => {
    const { code, stdout } = await runMain(['scan', '--stdin'], Buffer.from('ü'.repeat(100_001)))
    expect([code, stdout]).toEqual([0, '0 findings in 1 input\n'])
  })
})
