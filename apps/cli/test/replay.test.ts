import { describe, expect, it } from 'vitest'
import { runMain } from './run-cli.ts'

const FAST = ['--speed', '1000']

describe('midstream replay', { timeout: 60_000 }, () => {
  it.each(['openai-chat', 'anthropic-messages'])(
    'prints what a reader gets, redactions marked (%s)',
    async (protocol) => {
      const { code, stdout, stderr } = await runMain(['replay', 'pii', ...FAST, '--protocol', protocol])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^Here is the hand-over for ticket 4821\.\n/)
      expect(stdout).toMatch(/answer her at \[.*\]; if that bounces, call \[.*\] after 5 pm/)
      for (const secret of ['maria.keller@', '555-0134', '1488 0343']) expect(stdout).not.toContain(secret)
      expect(stderr).toMatch(/^complete, verdict redact; \d+ characters in .*found .*pii\/email \(redact\)/)
      // Escape sequences are for terminals only.
      expect(stdout).not.toContain('\u001b')
    },
  )

  it('prints a clean conversation as it is', async () => {
    const { code, stdout, stderr } = await runMain(['replay', ...FAST, 'clean'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^At noon sunlight[^[\]]*less dust\.\n$/)
    expect(stderr).toContain('verdict allow')
  })

  it('cuts a conversation before the first character that is blocked, and exits with 1', async () => {
    const { code, stdout, stderr } = await runMain(['replay', 'refused', ...FAST])
    expect(code).toBe(1)
    expect(stdout.trimEnd()).toBe(
      'Sure. The staging host keeps its key under /etc/ssl/private. This is the file:',
    )
    expect(stderr).toMatch(/^cut \(POLICY_BLOCK\), verdict block; .*secret\/private-key \(block\)/)
  })

  it.each(['openai-chat', 'anthropic-messages'])(
    'names the tool and its arguments apart (%s)',
    async (protocol) => {
      const { code, stdout } = await runMain(['replay', 'tool-call', ...FAST, '--protocol', protocol])
      expect(code).toBe(0)
      expect(stdout).toMatch(/\n\ntool: send_email\n\ntool-input: \{"to":"\[/)
      expect(stdout).not.toMatch(/maria\.keller|AKIA/)
    },
  )

  it('exits with 1 when the provider fails midway', async () => {
    const { code, stdout, stderr } = await runMain(['replay', 'upstream-dies', ...FAST])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^A suspension bridge/)
    expect(stderr).toMatch(/^failed \(UPSTREAM_/)
  })

  it('prints the events as JSON lines', async () => {
    const { code, stdout } = await runMain(['replay', '--json', ...FAST, 'split-key'])
    expect(code).toBe(0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.every(({ v }) => v === 1)).toBe(true)
    expect(events[0]).toMatchObject({ type: 'stream-start', scenario: 'split-key' })
    expect(events.at(-1)).toMatchObject({ type: 'stream-end', ending: 'complete', verdict: 'redact' })
    const text = events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('')
    expect(text).toMatch(/^The deploy script[\s\S]*rotate it as well\.$/)
    expect(text).not.toMatch(/ghp_\w/)
  })

  it('plays the longest recording at the highest speed without gaps', async () => {
    const { code, stdout, stderr } = await runMain(['replay', 'runaway', '--speed', '1000000'])
    expect(code).toBe(0)
    expect(stderr).not.toContain('dropped')
    expect(stdout.match(/build only what changed\./g)).toHaveLength(110)
  })

  it('lists the scenarios, and names them when one does not exist', async () => {
    const { code, stdout } = await runMain(['replay', '--list'])
    expect(code).toBe(0)
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0])
    expect(names).toContain('pii')
    const unknown = await runMain(['replay', 'nope'])
    expect(unknown).toEqual({
      code: 2,
      stdout: '',
      stderr: `midstream: replay: no scenario "nope"; there are ${names.join(', ')}\n`,
    })
  })
})
