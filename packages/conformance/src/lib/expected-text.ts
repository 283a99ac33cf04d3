import type { StreamRun } from './protocol-run.ts'
import type { StreamCase } from './protocol-subject.ts'
import type { ViolationLog } from './violation.ts'

/** The text with each secret replaced as the engine does without a replacement of the finding's own. */
export function redactedText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, `[word/${secret}]`), text)
}

/** The text before the first secret, or all of it. */
export function textBeforeSecrets(text: string, secrets: readonly string[]): string {
  const starts = secrets.map((secret) => text.indexOf(secret)).filter((start) => start >= 0)
  return text.slice(0, Math.min(text.length, ...starts))
}

/**
 * Checks that a client read what it may: per channel exactly the allowed text when the stream ran to its end,
 * and a beginning of it when it was cut. Uneditable channels may stop or be missing in both cases.
 */
export function checkTexts(
  { texts, reports }: StreamRun,
  { texts: original, uneditable = [] }: StreamCase,
  allowed: (text: string, channel: string) => string,
  context: string,
  log: ViolationLog,
): void {
  const complete = reports[0]?.ending === 'complete'
  for (const channel of new Set([...Object.keys(original), ...Object.keys(texts)])) {
    const wanted = allowed(original[channel] ?? '', channel)
    const seen = texts[channel] ?? ''
    const exact = complete && !uneditable.includes(channel)
    if (exact ? seen !== wanted : !wanted.startsWith(seen)) {
      const relation = exact ? 'must be' : 'must be a beginning of'
      log.add(`${context}: ${channel} reads ${JSON.stringify(seen)}, ${relation} ${JSON.stringify(wanted)}`)
    }
  }
}

/** Checks that no secret stands anywhere in raw output, known channel or not. */
export function checkRaw(
  output: Uint8Array,
  secrets: readonly string[],
  context: string,
  log: ViolationLog,
): void {
  const text = new TextDecoder().decode(output)
  for (const secret of secrets) {
    // The rule name of the suite's own findings holds the word, so it is taken out first.
    if (text.replaceAll(`word/${secret}`, '').includes(secret))
      log.add(`${context}: the output holds ${secret}`)
  }
}
