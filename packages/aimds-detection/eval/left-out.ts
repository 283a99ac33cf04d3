// What models score on sources they were trained without.
import { CHECK_SOURCE, readCorpus } from '../train/corpus.ts'
import { crossFit, type SourceResult } from '../train/cross-fit.ts'
import { percent, type Table } from './report.ts'
import { share } from './wilson.ts'

/** Sources of typed injections, and of jailbreaks that people wrote and shared. */
const DIRECT = ['deepset_pi_train', 'promptinject', 'pallms', 'giskard_pi', 'guardrail_unit_tests']
const IN_THE_WILD = ['trustair_jailbreak_2023_05', 'self_reminder_jailbreaks', 'gptfuzz_templates']

type Kind = 'unseen' | 'known'

function total(list: readonly SourceResult[], value: (result: SourceResult) => number): number {
  return list.reduce((sum, result) => sum + value(result), 0)
}

function pooled(list: readonly SourceResult[], kind: Kind): string {
  return share(
    total(list, (result) => result[kind][1]),
    total(list, ({ rows }) => rows),
  )
}

/** Means over sources, so that a source of many rows counts no more than another. */
function balanced(list: readonly SourceResult[], value: (result: SourceResult) => number): number {
  return total(list, value) / list.length
}

/** Trains one model per fold (several minutes) and gives the overall figures and the table of sources. */
export function leftOutTables(folder: string): [Table, Table] {
  const { results } = crossFit(readCorpus(folder), (line) => console.log(line))
  const some = (label: SourceResult['label']): SourceResult[] =>
    results.filter((result) => result.label === label && result.source !== CHECK_SOURCE)
  const attacks = some('attack')
  const large = attacks.filter(({ rows }) => rows >= 10)
  const of = (sources: readonly string[]): SourceResult[] =>
    attacks.filter(({ source }) => sources.includes(source))
  const both = (make: (kind: Kind) => string): [string, string] => [make('unseen'), make('known')]
  const meanShare = (list: readonly SourceResult[], kind: Kind): string =>
    percent(balanced(list, (result) => result[kind][1] / result.rows))
  const overall: Table = {
    title: 'On sources left out of training, where 1 % of plain rows are flagged',
    columns: [
      'measure',
      'plain rows of left-out sources [95 % interval]',
      'plain rows of known sources (dev)',
    ],
    rows: [
      [
        `mean AUC of ${large.length} sources`,
        balanced(large, ({ aucUnseen }) => aucUnseen!).toFixed(4),
        balanced(large, ({ auc }) => auc!).toFixed(4),
      ],
      ['mean recall of these', ...both((kind) => meanShare(large, kind))],
      ['recall, direct injection', ...both((kind) => pooled(of(DIRECT), kind))],
      ['recall, jailbreaks in the wild', ...both((kind) => pooled(of(IN_THE_WILD), kind))],
      ['flagged, plain rows of left-out sources', ...both((kind) => pooled(some('benign'), kind))],
      ['the same, mean of sources', ...both((kind) => meanShare(some('benign'), kind))],
      ['flagged, hard harmless rows', ...both((kind) => pooled(some('hard_benign'), kind))],
      ['the same, mean of sources', ...both((kind) => meanShare(some('hard_benign'), kind))],
    ],
  }
  const sorted = [...results].sort((a, b) => a.label.localeCompare(b.label) || b.rows - a.rows)
  const sources: Table = {
    title:
      'Each source scored by a model that was trained without it; flagged at thresholds of left-out plain rows',
    columns: ['kind', 'source', 'AUC', 'at 0.5 %', 'flagged at 1 %', 'at 5 %', 'at 1 % of known sources'],
    rows: sorted.map(({ label, source, rows, aucUnseen, known, unseen }) => [
      label,
      source,
      aucUnseen === undefined ? '' : aucUnseen.toFixed(4),
      percent(unseen[0] / rows),
      share(unseen[1], rows),
      percent(unseen[2] / rows),
      percent(known[1] / rows),
    ]),
  }
  return [overall, sources]
}
