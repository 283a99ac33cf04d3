// What models score on sources they were trained without.
import { CHECK_SOURCE, readCorpus } from '../train/corpus.ts'
import { crossFit, type SourceResult } from '../train/cross-fit.ts'
import { percent, type Table } from './report.ts'
import { share } from './wilson.ts'

/** Sources of typed injections, and of jailbreaks that people wrote and shared. */
const DIRECT = ['deepset_pi_train', 'promptinject', 'pallms', 'giskard_pi', 'guardrail_unit_tests']
const IN_THE_WILD = ['trustair_jailbreak_2023_05', 'self_reminder_jailbreaks', 'gptfuzz_templates']

function total(list: readonly SourceResult[], value: (result: SourceResult) => number): number {
  return list.reduce((sum, result) => sum + value(result), 0)
}

/** Trains one model per fold (several minutes) and gives the overall figures and the table of sources. */
export function leftOutTables(folder: string): [Table, Table] {
  const { results } = crossFit(readCorpus(folder), (line) => console.log(line))
  const some = (label: SourceResult['label']): SourceResult[] =>
    results.filter((result) => result.label === label && result.source !== CHECK_SOURCE)
  const large = some('attack').filter(({ rows }) => rows >= 10)
  const pooled = (sources: readonly string[]): string => {
    const list = some('attack').filter(({ source }) => sources.includes(source))
    return share(
      total(list, ({ found }) => found![1]),
      total(list, ({ rows }) => rows),
    )
  }
  const flagged = (label: SourceResult['label']): string =>
    share(
      total(some(label), (result) => result.flagged!),
      total(some(label), ({ rows }) => rows),
    )
  const overall: Table = {
    title: 'On sources left out of training, where 1 % of plain dev rows are flagged',
    columns: ['measure', 'value [95 % interval]'],
    rows: [
      [`mean AUC of ${large.length} sources`, (total(large, ({ auc }) => auc!) / large.length).toFixed(4)],
      ['mean recall of these', percent(total(large, ({ found, rows }) => found![1] / rows) / large.length)],
      ['recall, direct injection', pooled(DIRECT)],
      ['recall, jailbreaks in the wild', pooled(IN_THE_WILD)],
      ['flagged, plain rows', flagged('benign')],
      ['flagged, hard harmless rows', flagged('hard_benign')],
    ],
  }
  const sorted = [...results].sort((a, b) => a.label.localeCompare(b.label) || b.rows - a.rows)
  const sources: Table = {
    title: 'Each source scored by a model that was trained without it',
    columns: ['kind', 'source', 'AUC', 'at 0.5 %', 'flagged at 1 %', 'at 5 %'],
    rows: sorted.map(({ label, source, rows, auc, found, flagged: n }) =>
      found === undefined
        ? [label, source, '', '', share(n!, rows), '']
        : [
            label,
            source,
            auc!.toFixed(4),
            percent(found[0] / rows),
            share(found[1], rows),
            percent(found[2] / rows),
          ],
    ),
  }
  return [overall, sources]
}
