import { seededRandom } from '@midstream/test-kit'

/** Ten rules as an agent's operator would write them. */
export const TEN_POLICIES: readonly { id: string; formula: string }[] = [
  { id: 'approved-mail', formula: 'G (tool == "send_email" -> O approved)' },
  { id: 'no-send-after-taint', formula: 'G (untrusted -> N G !(tool == "send_email"))' },
  { id: 'read-before-write', formula: '!(tool == "write_file") W tool == "read_file"' },
  { id: 'answer', formula: 'G (question -> F answer)' },
  { id: 'no-secret', formula: 'G !secret' },
  { id: 'quiet-after-block', formula: 'G (blocked -> N !(tool == "retry"))' },
  { id: 'review-high-risk', formula: 'G (risk > 0.8 -> review R !(tool == "pay"))' },
  { id: 'pay-once', formula: 'G (tool == "pay" -> N G !(tool == "pay"))' },
  { id: 'closed-session', formula: 'G (closed -> N G !(tool == "read_file" | tool == "write_file"))' },
  { id: 'two-steps', formula: 'G (tool == "delete" -> Y (confirm | Y confirm))' },
]

export type AgentEvent = {
  readonly tool: string
  readonly risk: number
  readonly approved: boolean
  readonly untrusted: boolean
  readonly question: boolean
  readonly answer: boolean
  readonly secret: boolean
  readonly blocked: boolean
  readonly review: boolean
  readonly closed: boolean
  readonly confirm: boolean
}

/** A stream in which no rule is broken for good early on, so that all of them stay at work. */
export function agentEvents(count: number, seed: number): AgentEvent[] {
  const random = seededRandom(seed)
  const pick = (share: number): boolean => random() < share
  let answered = true
  return Array.from({ length: count }, (_, i) => {
    const question = pick(0.1)
    const answer = !answered && pick(0.5)
    answered = (answered || answer) && !question
    return {
      tool: i === 0 ? 'read_file' : ['none', 'read_file', 'write_file', 'search'][Math.floor(random() * 4)]!,
      risk: random() * 0.79,
      approved: pick(0.05),
      untrusted: pick(0.05),
      question,
      answer,
      secret: false,
      blocked: pick(0.02),
      review: pick(0.05),
      closed: false,
      confirm: pick(0.05),
    }
  })
}

/** Many rules: the patterns of Dwyer over 40 conditions. */
export function manyPolicies(count: number, seed: number): { id: string; formula: string }[] {
  const random = seededRandom(seed)
  const condition = (): string => `c${Math.floor(random() * 40)}`
  const shapes: ((a: string, b: string, c: string) => string)[] = [
    (a, b) => `response(${a}, ${b})`,
    (a, b, c) => `response(${a}, ${b}, after(${c}))`,
    (a, b) => `G (${a} -> O ${b})`,
    (a, b) => `G (${a} -> N (${b} | !${a}))`,
    (a, b) => `G (${a} -> F[0,5] ${b}) | F ${a}`,
    (a, b, c) => `G (${a} -> (!${b} W ${c}))`,
  ]
  return Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    formula: shapes[i % shapes.length]!(condition(), condition(), condition()),
  }))
}

/** Events with 40 conditions, few of them true. `kinds` different ones, drawn again and again. */
export function conditionEvents(count: number, kinds: number, seed: number): Record<string, boolean>[] {
  const random = seededRandom(seed)
  const distinct = Array.from({ length: kinds }, () =>
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, random() < 0.03])),
  )
  return Array.from({ length: count }, () => distinct[Math.floor(random() * kinds)]!)
}
