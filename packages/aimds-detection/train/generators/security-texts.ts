// Texts about attacks: documentation, articles, reports, tests. They quote attacks and are none.
import { ATTACK_SLOTS, directAttack } from './direct-attacks.ts'
import { FILLER_SLOTS } from './filler.ts'
import { expand, pick, type Random, type Slots } from './grammar.ts'
import { plantedInstruction } from './planted-instructions.ts'

const SLOTS: Slots = {
  ...ATTACK_SLOTS,
  ...FILLER_SLOTS,
  attack: [
    'prompt injection',
    'indirect prompt injection',
    'jailbreaking',
    'a jailbreak',
    'SQL injection',
    'cross-site scripting',
    'phishing',
    'data exfiltration',
    'privilege escalation',
    'server-side request forgery',
    'credential stuffing',
    'social engineering',
    'prompt leaking',
    'model poisoning',
    'path traversal',
    'command injection',
    'insecure deserialisation',
  ],
  system: [
    'language models',
    'an LLM application',
    'the chatbot',
    'web applications',
    'agents with tools',
    'the assistant',
    'retrieval-augmented systems',
    'the API',
  ],
  quote: [
    '"ignore <scope>"',
    '`ignore <scope> and <newgoal>`',
    '"{reveal|print} your system prompt"',
    '"you are now DAN"',
    '"developer mode"',
    "'; DROP TABLE users; --",
    '<script>alert(1)</script>',
    '"<ignore> <scope>"',
    '"forget everything"',
    '../../etc/passwd',
  ],
}

const LINES: readonly string[] = [
  '<attack> is {an attack|a vulnerability|a technique} in which {an attacker|a malicious user|untrusted input} {manipulates|changes the behaviour of|takes control of} <system>.',
  '{In|With} <attack>, the attacker {hides|places|embeds} instructions in {a web page|a document|an e-mail|user input} that {the model|the application} then {reads|processes|follows}.',
  'A {typical|well-known|simple} example is <quote>{.|, which {asks|tells} the model to {drop|ignore} its {rules|instructions}.}',
  'For {example|instance}, {an attacker|a user} might {type|write|send|enter} <quote>{.| to {bypass|get around} the {filter|guardrails}.}',
  'Attackers {often|sometimes|commonly} use {phrases|payloads|strings} {such as|like} <quote> {or|and} <quote>.',
  'To {prevent|mitigate|reduce the risk of|defend against} <attack>, {validate all input|separate data from instructions|limit the tools of the model|use an allow list|ask for confirmation|escape output|apply least privilege}.',
  'Mitigations {include|are} {input filtering|output encoding|sandboxing|rate limits|human approval|monitoring}.',
  '{Researchers|We|The authors} {showed|found|report} that <system> can be {attacked|tricked} with <attack> in <num> percent of cases.',
  'OWASP lists <attack> among the {top ten|most serious} risks for <system>.',
  'The {detector|classifier|scanner|filter} {flags|detects|blocks} {inputs|prompts} {such as|like} <quote>.',
  'Test case <num>: input <quote>, expected: {blocked|rejected|flagged}.',
  'See {also|CVE-2023-<num>1<num>|section <num>} for {details|the exploit|a proof of concept}.',
  "{Severity|Impact}: {high|medium|critical}. {An attacker could read other users' data.|Remote code execution is possible.|Secrets may leak.}",
  'Why do <attack>s work? The model {cannot tell|does not distinguish} {instructions|commands} from data.',
  '{Payload|Example|Attack string}:\n```\n<quote>\n```',
  'Never {trust|execute|pass on} {user input|model output|content from the web} without {validation|escaping|review}.',
  'Indicators of compromise: {outbound traffic to <drop2>|new admin accounts|disabled logs}.',
  'Which {technique|threat actor|malware family} {uses|relies on} <attack>?',
  'How {can|do} {I|we|developers} {detect|test for|prevent} <attack> in <system>?',
  '{Red teams|Penetration testers} {try|use} <attack> to {find weaknesses|test defences}.',
  'The {attack|exploit} {was|has been} {reported|fixed|disclosed} in version <num>.2.',
  '## {Overview|What is <attack>?|Mitigation|Examples|References|Summary}',
  '| {attack|technique} | {description|example} |\n|---|---|\n| <attack> | <quote> |',
  'Users {reported|posted} that {writing|typing} <quote> made the {bot|chatbot} {print|reveal} its {system prompt|instructions}.',
  '{Explain|Describe} {what <attack> is|how <attack> works|the difference between <attack> and <attack>}.',
  'The paper {studies|evaluates|proposes} {a defence against|a benchmark for|a taxonomy of} <attack>.',
  'In this {lesson|chapter|tutorial} you {learn|will learn} {how <attack> works|about <attack>|to protect <system>}.',
]

/** A text that speaks about attacks; about one in three quotes one in full. */
export function securityText(random: Random): string {
  const slots = { ...SLOTS, drop2: ['203.0.113.7', 'a foreign server', 'collect.example.net'] }
  const count = 1 + Math.floor(random() * 8)
  const lines = Array.from({ length: count }, () => expand(random, pick(random, LINES), slots))
  if (random() < 0.35) {
    const quoted = random() < 0.7 ? directAttack(random).text : plantedInstruction(random).passage
    const frame = pick(random, [
      'An example of an attack: "%"',
      'The attacker writes:\n> %\n',
      '```text\n%\n```\nThis payload tries to override the instructions.',
      'Prompt: % (malicious)',
      'Consider the input "%". A vulnerable model would comply.',
      'e.g. "%"',
      'Known jailbreak: "%" Blocked since March.',
      'The log shows an attempt: "%"',
    ])
    lines.splice(
      1 + Math.floor(random() * lines.length),
      0,
      frame.replace('%', () => quoted),
    )
  }
  return lines
    .map((line) => line.charAt(0).toUpperCase() + line.slice(1))
    .join(pick(random, [' ', '\n', '\n\n']))
}
