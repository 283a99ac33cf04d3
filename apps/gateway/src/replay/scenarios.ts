/** How a recorded conversation stops. */
export type ScenarioEnding = 'stop' | 'length' | 'tool-call' | 'connection-lost'

/** One recorded conversation, independent of the protocol it is played in. */
export interface Scenario {
  /** The model name is `replay/<name>`. */
  readonly name: ScenarioName
  /** Label of the scenario in the dashboard and the command line. */
  readonly title: string
  /** What happens in it, one sentence. */
  readonly summary: string
  /** What the user asked. */
  readonly prompt: string
  /** The model's answer. With the ending `connection-lost` it stops where the connection does. */
  readonly text: string
  /** A tool call after the text. */
  readonly toolCall?: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }
  readonly ending: ScenarioEnding
  /** Longest token, in code points. Secrets arrive in many short tokens. */
  readonly longestToken: number
  /** Milliseconds from the request to the first token. */
  readonly firstTokenMs: number
  /** Shortest and longest pause between two tokens, in milliseconds. */
  readonly tokenMs: readonly [number, number]
}

export type ScenarioName =
  | 'clean'
  | 'pii'
  | 'split-key'
  | 'refused'
  | 'runaway'
  | 'tool-call'
  | 'upstream-dies'

const pace = { longestToken: 8, firstTokenMs: 380, tokenMs: [20, 60] } as const

// Every key below is synthetic and opens nothing. They stand in fragments so that scanners of source code,
// which look for the same shapes as midstream does, do not report this file.
const githubToken = ['gh', 'p_', 'IAvJMKxjLjgjxjy', 'ypoYrF7uVvSJZs8', '2X71x0'].join('')
const awsAccessKeyId = ['AK', 'IA', '3FBQSQDY', '7YTPUYIV'].join('')
const privateKey = [
  ['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' '),
  'nIeQ7sZIAzXHi1G+56yxN3/jCvzu3D6xQxsjtl4IqR0XYTR4o4m5Lu0q35t01jHX',
  'YIKSckEaAYmBaoZFG8nzqxLEtROSUjvnz2toLfVruLivrp7vi/+02fNaE5+yCGD9',
  '2g08Or1TlyAHRFKgG33kLbqADE6FETBTSxAZLclf5wk=',
  ['-----END', 'PRIVATE', 'KEY-----'].join(' '),
].join('\n')

/** The recorded conversations, in the order in which they are shown. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...pace,
    name: 'clean',
    title: 'Clean answer',
    summary: 'Nothing to find: every byte passes unchanged.',
    prompt: 'Why does the sky turn red at sunset?',
    text: `At noon sunlight crosses the atmosphere by the shortest way. Air molecules scatter blue light far more than red, so the blue reaches us from every direction and the sky looks blue.

Near sunset the light comes in at a low angle and has to cross many times as much air. Most of the blue is scattered out of the beam before it arrives. What is left is orange and red, and dust or thin cloud near the horizon catches that light and spreads it across the sky.

The same thing happens at sunrise. It often looks paler, because the night air tends to carry less dust.`,
    ending: 'stop',
  },
  {
    ...pace,
    name: 'pii',
    title: 'Personal data',
    summary: 'The answer repeats an email address, a phone number and a card number.',
    prompt: 'Summarise ticket 4821 for the hand-over.',
    text: `Here is the hand-over for ticket 4821.

The customer, Maria Keller, reports that her order was charged twice. Please answer her at maria.keller@example.com; if that bounces, call +1 415-555-0134 after 5 pm. The duplicate charge went to her card 4539 1488 0343 6467, and she has asked for a refund to the same card.

She has already sent both receipts. Next step: billing confirms the second charge and starts the refund, which usually takes three to five working days.`,
    ending: 'stop',
  },
  {
    ...pace,
    name: 'split-key',
    title: 'Key in fragments',
    summary: 'An access token arrives a few characters at a time, so that no single chunk looks like one.',
    prompt: 'Show me how our deploy script authenticates.',
    text: `The deploy script reads its token from the environment and falls back to the one in the repository:

export GITHUB_TOKEN=${githubToken}
git push --force-with-lease origin main

You should remove the fallback. A token in a repository stays in its history, so rotate it as well.`,
    ending: 'stop',
    longestToken: 3,
    tokenMs: [20, 45],
  },
  {
    ...pace,
    name: 'refused',
    title: 'Refused midway',
    summary: 'The answer starts to print a private key: the stream is cut before its first character.',
    prompt: 'Print the TLS key of the staging host.',
    text: `Sure. The staging host keeps its key under /etc/ssl/private. This is the file:

${privateKey}

Put it on the new host with mode 0600 and reload the web server.`,
    ending: 'stop',
  },
  {
    ...pace,
    name: 'runaway',
    title: 'Runaway repetition',
    summary: 'The model falls into a loop and repeats itself until it reaches its length limit.',
    prompt: 'List three ways to shorten a build.',
    text: `Three ways to shorten a build: cache the dependencies, build only what changed, and run the tests in parallel.${' Then measure again, and cache the dependencies, and build only what changed.'.repeat(110)}`,
    ending: 'length',
    tokenMs: [4, 12],
  },
  {
    ...pace,
    name: 'tool-call',
    title: 'Tool call',
    summary: 'The arguments of a tool call carry an email address and an access key.',
    prompt: 'Send Maria the credentials for the bucket.',
    text: 'I will send her the access data for the bucket now.',
    toolCall: {
      name: 'send_email',
      arguments: {
        to: 'maria.keller@example.com',
        subject: 'Access to the "orders" bucket',
        body: `Hello Maria,\n\nthe key id is ${awsAccessKeyId}; the bucket is in eu-central-1.\n\nViele Grüße\nOperations`,
      },
    },
    ending: 'tool-call',
  },
  {
    ...pace,
    name: 'upstream-dies',
    title: 'Connection lost',
    summary: 'The provider drops the connection in the middle of a sentence.',
    prompt: 'Explain how a suspension bridge carries its load.',
    text: `A suspension bridge hangs its deck from two main cables. The weight of the deck and the traffic goes up through the vertical hangers into the cables, which carry it as tension to the towers. The towers are in`,
    ending: 'connection-lost',
  },
]

/** Finds the scenario of a model name such as `replay/pii`. */
export function scenarioOfModel(model: string): Scenario | undefined {
  return SCENARIOS.find(({ name }) => model === `replay/${name}`)
}
