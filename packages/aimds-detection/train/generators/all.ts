// All generated rows of a training run. Every row is marked as generated and names its generator as the source.
import type { Row } from '../rows.ts'
import { agentFile } from './agent-files.ts'
import { carry, carryStructured, prose } from './carriers.ts'
import { checkAttack, checkHarmless } from './check.ts'
import { directAttack } from './direct-attacks.ts'
import { FILLER_SLOTS, HUMAN_REQUESTS, STATEMENTS } from './filler.ts'
import { expand, pick, type Random, seeded } from './grammar.ts'
import { harmlessRequest, ownersCommand } from './harmless-requests.ts'
import { hinglishAttack, hinglishHarmless } from './hinglish.ts'
import { interruptedAttack, severalQuestions } from './interrupted.ts'
import { foreignAttack, foreignBenign } from './languages.ts'
import { tameRole, unboundRole } from './long-role-play.ts'
import { plainWish, plantedInstruction } from './planted-instructions.ts'
import { promptingGuide } from './prompting-guides.ts'
import { securityText } from './security-texts.ts'
import { systemPrompt } from './system-prompts.ts'
import { taskPrompt } from './task-prompts.ts'
import { verdictText } from './verdicts.ts'

/** How many rows each generator makes. */
const COUNTS = {
  direct: 2500,
  foreign: 2500,
  planted: 4000,
  host: 2500,
  harmless: 6000,
  foreignHarmless: 3000,
  carried: 4000,
  systemPrompts: 2500,
  security: 2000,
  check: 600,
  wishes: 2000,
  commands: 2500,
  unbound: 1200,
  tame: 1200,
  guides: 4000,
  tasks: 2500,
  agentFiles: 3000,
  verdicts: 2000,
  praise: 1500,
  interrupted: 2000,
  severalQuestions: 1200,
  hinglish: 1000,
  hinglishHarmless: 1000,
}

function row(
  source: string,
  label: Row['label'],
  text: string,
  lang: string,
  kind: string,
  more: object = {},
): Row {
  return { text, label, source: `gen:${source}`, lang, meta: { synthetic: true, kind, ...more } }
}

/** A remark of the kind people make: what harmless documents have where attacks have an instruction. */
function remark(random: Random): string {
  const dice = random()
  if (dice < 0.1) return foreignBenign(random).text
  return expand(random, pick(random, dice < 0.6 ? HUMAN_REQUESTS : STATEMENTS), FILLER_SLOTS)
}

/** Cuts a passage of a real harmless document, so that planted instructions stand in real text too. */
function hostOf(random: Random, hosts: readonly Row[]): { before: string; after: string; host: Row } {
  const host = pick(random, hosts)
  const length = 200 + Math.floor(random() * 900)
  const from = Math.max(0, Math.floor(random() * (host.text.length - length)))
  const part = host.text.slice(from, from + length)
  const dice = random()
  const at =
    dice < 0.2
      ? 0
      : dice < 0.5
        ? part.length
        : part.indexOf(pick(random, ['\n', ' ', '. ']), Math.floor(random() * part.length))
  const cut = at < 0 ? part.length : at
  return { before: part.slice(0, cut), after: part.slice(cut), host }
}

/** The rows, or a `share` of their number. The same data, seed and share give the same rows. */
export function generateRows(data: readonly Row[], seed: number, share = 1): Row[] {
  const random = seeded(seed)
  const fill = (count: number, make: () => Row): Row[] =>
    Array.from({ length: Math.round(count * share) }, make)
  const hosts = data.filter(({ label, text }) => label === 'benign' && text.length > 120)
  const joint = (): string => pick(random, ['\n', '\n\n', ' ', '\n\n', '\n---\n', '"\n'])
  return [
    ...fill(COUNTS.direct, () => {
      const { text, kind } = directAttack(random)
      return row('direct', kind === 'jailbreak' ? 'jailbreak' : 'injection', text, 'en', kind)
    }),
    ...fill(COUNTS.foreign, () => {
      const { text, lang } = foreignAttack(random)
      return row('foreign', 'injection', text, lang, 'foreign')
    }),
    ...fill(COUNTS.planted, () => {
      const { passage, kind } = plantedInstruction(random)
      return row('planted', 'injection', carry(random, passage), 'en', kind, { instr: passage })
    }),
    ...fill(COUNTS.host, () => {
      const { passage, kind } = plantedInstruction(random)
      const { before, after, host } = hostOf(random, hosts)
      return row('host', 'injection', before + joint() + passage + joint() + after, host.lang, kind, {
        instr: passage,
        host: host.source,
      })
    }),
    ...fill(COUNTS.wishes, () => {
      const passage = plainWish(random)
      return row('wishes', 'injection', carryStructured(random, passage), 'en', 'plain', { instr: passage })
    }),
    ...fill(COUNTS.harmless, () => {
      const { text, kind } = harmlessRequest(random)
      return row('harmless', kind === 'everyday' ? 'benign' : 'hard_benign', text, 'en', kind)
    }),
    ...fill(COUNTS.foreignHarmless, () => {
      const { text, lang } = foreignBenign(random)
      return row('foreign-harmless', 'benign', text, lang, 'foreign')
    }),
    ...fill(COUNTS.carried, () =>
      row(
        'carried',
        'benign',
        carry(random, random() < 0.15 ? prose(random, 3).join(' ') : remark(random)),
        'en',
        'carried',
      ),
    ),
    ...fill(COUNTS.systemPrompts, () =>
      row('system-prompts', 'hard_benign', systemPrompt(random), 'en', 'system-prompt'),
    ),
    ...fill(COUNTS.security, () => row('security', 'hard_benign', securityText(random), 'en', 'security')),
    ...fill(COUNTS.commands, () => {
      const { text, kind } = ownersCommand(random)
      return row('commands', 'benign', text, 'en', kind)
    }),
    ...fill(COUNTS.unbound, () => row('unbound', 'jailbreak', unboundRole(random), 'en', 'role')),
    ...fill(COUNTS.tame, () => row('tame', 'hard_benign', tameRole(random), 'en', 'role')),
    ...fill(COUNTS.check / 2, () => checkAttack(random)),
    ...fill(COUNTS.check / 2, () => checkHarmless(random)),
    ...fill(COUNTS.guides, () => {
      const { text, lang } = promptingGuide(random)
      return row('guides', 'benign', text, lang, 'guide')
    }),
    ...fill(COUNTS.tasks, () => row('tasks', 'benign', taskPrompt(random), 'en', 'task')),
    ...fill(COUNTS.agentFiles, () =>
      row('agent-files', 'hard_benign', agentFile(random), 'en', 'agent-file'),
    ),
    ...fill(COUNTS.verdicts, () => {
      const { text, instr } = verdictText(random, true)
      return row('verdicts', 'injection', text, 'en', 'verdict', { instr })
    }),
    ...fill(COUNTS.praise, () => row('praise', 'benign', verdictText(random, false).text, 'en', 'praise')),
    ...fill(COUNTS.interrupted, () => {
      const { text, lang } = interruptedAttack(random)
      return row('interrupted', 'injection', text, lang, 'interrupted')
    }),
    ...fill(COUNTS.severalQuestions, () => {
      const { text, lang } = severalQuestions(random)
      return row('several-questions', 'benign', text, lang, 'everyday')
    }),
    ...fill(COUNTS.hinglish, () => {
      const { text, lang } = hinglishAttack(random)
      return row('hinglish', 'injection', text, lang, 'excuse')
    }),
    ...fill(COUNTS.hinglishHarmless, () => {
      const { text, lang } = hinglishHarmless(random)
      return row('hinglish-harmless', 'benign', text, lang, 'everyday')
    }),
  ]
}
