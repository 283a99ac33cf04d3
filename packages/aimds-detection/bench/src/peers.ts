import type { Task } from './measure.ts'

/** Local checks of `@openai/guardrails`: those that ask no model. */
export async function openaiLocalChecks(): Promise<Task> {
  const { keywordsCheck, PIIEntity, pii, secretKeysCheck, urls } = await import('@openai/guardrails')
  const keywords = [
    'ignore all previous instructions',
    'ignore previous instructions',
    'disregard the above',
    'system prompt',
    'developer mode',
    'do anything now',
    'jailbreak',
  ]
  const entities = [
    PIIEntity.EMAIL_ADDRESS,
    PIIEntity.PHONE_NUMBER,
    PIIEntity.CREDIT_CARD,
    PIIEntity.US_SSN,
    PIIEntity.IBAN_CODE,
    PIIEntity.IP_ADDRESS,
  ]
  return {
    name: '@openai/guardrails 0.2.1, keywords, PII, secrets, URLs',
    async run(text) {
      await keywordsCheck({}, text, { keywords })
      await pii({}, text, { entities, block: true } as Parameters<typeof pii>[2])
      await secretKeysCheck({}, text, { threshold: 'balanced' } as Parameters<typeof secretKeysCheck>[2])
      return urls({}, text, { url_allow_list: [] } as unknown as Parameters<typeof urls>[2])
    },
  }
}

/** `@presidio-dev/hai-guardrails`, injection guard in pattern mode: regular expressions, no model. */
export async function haiPatterns(): Promise<Task> {
  const { injectionGuard } = await import('@presidio-dev/hai-guardrails')
  const guard = injectionGuard({ roles: ['user'] }, { mode: 'pattern', threshold: 0.5 })
  return {
    name: '@presidio-dev/hai-guardrails 1.12.0, pattern mode',
    run: (text) => guard([{ role: 'user', content: text }]),
  }
}
