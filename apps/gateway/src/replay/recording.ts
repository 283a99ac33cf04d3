import type { Scenario } from './scenarios.ts'
import { seededNumbers, tokenise } from './tokens.ts'

/** One token and the pause before it. */
export interface Beat {
  readonly afterMs: number
  readonly part: 'text' | 'tool-input'
  readonly token: string
}

/** A scenario with its tokens and pauses drawn. The same seed gives the same recording. */
export interface Recording {
  readonly scenario: Scenario
  readonly seed: number
  readonly beats: readonly Beat[]
  /** Tokens of the prompt, by the same cut as the answer's. */
  readonly promptTokens: number
}

/** Draws tokens and pauses of a scenario. */
export function recordScenario(scenario: Scenario, seed: number): Recording {
  const random = seededNumbers(seed)
  const [shortest, longest] = scenario.tokenMs
  const texts = [{ part: 'text' as const, text: scenario.text }]
  const parts: { part: Beat['part']; text: string }[] =
    scenario.toolCall === undefined
      ? texts
      : [...texts, { part: 'tool-input', text: JSON.stringify(scenario.toolCall.arguments) }]
  const beats: Beat[] = []
  for (const { part, text } of parts) {
    for (const token of tokenise(text, scenario.longestToken, random)) {
      const pause = Math.round(shortest + random() * (longest - shortest))
      beats.push({ part, token, afterMs: beats.length === 0 ? scenario.firstTokenMs : pause })
    }
  }
  const promptTokens = tokenise(scenario.prompt, 8, random).length
  return { scenario, seed, beats, promptTokens }
}

/** An identifier that looks like a provider's and depends only on the seed. */
export function recordedId(prefix: string, seed: number): string {
  const random = seededNumbers(seed ^ 0x5eed)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  let id = prefix
  for (let i = 0; i < 24; i++) id += alphabet.charAt(Math.floor(random() * alphabet.length))
  return id
}
