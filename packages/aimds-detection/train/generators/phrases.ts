/** Templates of one language. Attacks use the slots goal, leak, persona and canary. */
export interface Phrases {
  readonly attacks: readonly string[]
  readonly benign: readonly string[]
}
