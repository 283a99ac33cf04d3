// The rows of a run with their features, and the weights that balance their sources.
import { join } from 'node:path'
import { type Extracted, extract } from './extract.ts'
import { generateRows } from './generators/all.ts'
import type { Example } from './learn.ts'
import { LABEL_WEIGHTS, MAX_MEASURED_CHARS, MAX_ROW_WEIGHT, MAX_TRAIN_CHARS, RECIPE } from './recipe.ts'
import { isAttack, type Row, readRows } from './rows.ts'

export interface Sample {
  readonly row: Row
  /** Its source, and the sources of the texts that it was made of. */
  readonly sources: readonly string[]
  readonly split: 'train' | 'dev' | 'generated'
  readonly features: Extracted
}

/** Reads a data folder and generates what is added to it. */
export function readCorpus(folder: string): Sample[] {
  const train = readRows(join(folder, 'train.jsonl.gz'))
  const dev = readRows(join(folder, 'dev.jsonl.gz'))
  const mask = (1 << RECIPE.bits) - 1
  const origins = originsOf([...train, ...dev])
  const sample = (row: Row, split: Sample['split']): Sample => ({
    row,
    sources: sourcesOf(row, origins),
    split,
    features: extract(row.text, mask, split === 'dev' ? MAX_MEASURED_CHARS : MAX_TRAIN_CHARS),
  })
  return [
    ...train.map((row) => sample(row, 'train')),
    ...dev.map((row) => sample(row, 'dev')),
    ...generateRows(train, RECIPE.seed).map((row) => sample(row, 'generated')),
  ]
}

const squeezed = (text: string): string => text.split(/\s+/).join(' ').trim()

/** Source by text of the attacks, for finding out whose attack a composed row has planted. */
export function originsOf(rows: readonly Row[]): ReadonlyMap<string, string> {
  const attacks = rows.filter((row) => isAttack(row) && row.source !== 'composed_indirect')
  return new Map(attacks.map(({ text, source }) => [squeezed(text), source]))
}

/**
 * The source of a row, of the text that it was planted into, and of what was planted. A source that is left out but
 * goes on as the text around planted instructions would teach that its texts are attacks; one whose attacks go on
 * inside others would not be left out at all.
 */
export function sourcesOf(row: Row, origins: ReadonlyMap<string, string>): readonly string[] {
  const { host, ctx, instr, attack_kind: kind } = row.meta
  const list = [row.source]
  for (const around of [host, ctx]) if (typeof around === 'string') list.push(around)
  if (kind === 'latent_garak') list.push('garak_payloads')
  if (kind === 'bipia_plain') list.push('bipia_train')
  if (kind === 'override_string') list.push(origins.get(squeezed(String(instr))) ?? 'deepset_pi_train')
  return list
}

/** True when a sample, or any text that it was made of, comes from one of the sources. */
export function comesFrom({ sources }: Pick<Sample, 'sources'>, leftOut: ReadonlySet<string>): boolean {
  return sources.some((source) => leftOut.has(source))
}

/** The generator that no model is trained on. */
export const CHECK_SOURCE = 'gen:check'

/**
 * Weighted examples of all samples but those of dev, of the check generator and of the sources left
 * out. A source of n rows weighs as much as the root of n: many rows of one kind do not drown the others.
 */
export function examplesOf(samples: readonly Sample[], leftOut: ReadonlySet<string>): Example[] {
  const kept = samples.filter(
    (sample) =>
      sample.split !== 'dev' &&
      sample.row.source !== CHECK_SOURCE &&
      sample.row.label !== 'harmful_request' &&
      !comesFrom(sample, leftOut),
  )
  const group = ({ row }: Sample): string => `${row.source}${isAttack(row) ? '+' : '-'}`
  const sizes = new Map<string, number>()
  for (const sample of kept) sizes.set(group(sample), (sizes.get(group(sample)) ?? 0) + 1)
  const raw = (sample: Sample): number =>
    (LABEL_WEIGHTS[sample.row.label] ?? 1) / Math.sqrt(sizes.get(group(sample))!)
  const totals = { attack: 0, harmless: 0 }
  for (const sample of kept) totals[isAttack(sample.row) ? 'attack' : 'harmless'] += raw(sample)
  const numbers = new Map<string, number>()
  return kept.map((sample) => {
    const { source } = sample.row
    if (!numbers.has(source)) numbers.set(source, numbers.size)
    const attack = isAttack(sample.row)
    const share = (raw(sample) / (attack ? totals.attack : totals.harmless)) * (kept.length / 2)
    return {
      ...sample.features,
      attack,
      weight: Math.min(MAX_ROW_WEIGHT, share),
      source: numbers.get(source)!,
    }
  })
}
