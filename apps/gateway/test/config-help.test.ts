import { describe, expect, it } from 'vitest'
import { describeSettings, settingsHelp } from '../src/config-help.ts'
import { loadConfig } from '../src/config-sources.ts'

const readFile = (): never => {
  throw new Error('no file is read')
}

/** Flags with their default, of those that have one, as the help shows them. */
const SHOWN = [...settingsHelp().matchAll(/^ {2}--(\S+) \S+(?: \((.*)\))?\n {6}(.*)$/gm)]

describe('settingsHelp', () => {
  it('lists every setting with a meaning', () => {
    const { config } = loadConfig({ readFile })
    const sections = Object.entries(config).flatMap(([section, values]) =>
      typeof values === 'object' ? Object.keys(values).map((key) => `${section}.${key}`) : [section],
    )
    const paths = describeSettings().map(({ path }) => path)
    for (const section of sections) expect(paths.some((path) => path.startsWith(section))).toBe(true)
    expect(SHOWN).toHaveLength(paths.length)
    for (const [, flag, , meaning] of SHOWN)
      expect([flag, meaning]).toEqual([flag, expect.stringMatching(/\w/)])
  })

  it('shows defaults that change nothing when they are given as flags', () => {
    const argv = SHOWN.flatMap(([, flag, preset]) => (preset === undefined ? [] : [`--${flag}=${preset}`]))
    expect(argv).toContain('--server.port=8787')
    expect(argv).toContain('--guard.at-hold-limit=cut')
    expect(loadConfig({ argv, readFile })).toEqual(loadConfig({ readFile }))
  })

  it('names flags that exist', () => {
    const values = {
      TEXT: 'https://x.test',
      NUMBER: '5',
      'TEXT,...': 'https://x.test/0123456789',
      'true|false': 'true',
    }
    for (const [line, flag] of SHOWN) {
      const kind = /--\S+ (\S+)/.exec(line)![1]!
      const value =
        (values as Record<string, string>)[kind] ?? kind.split('|')[0]!.replace('RULE=ACTION,...', 'a=hold')
      const pair = flag!.startsWith('server.tls')
        ? ['--server.tls.cert-file=a', '--server.tls.key-file=b']
        : []
      expect(() => loadConfig({ argv: [...pair, `--${flag}=${value}`], readFile })).not.toThrow()
    }
  })
})
