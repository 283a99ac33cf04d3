// Who would have written a row, by its source: thresholds are set per provenance.
import type { Provenance } from '@midstream/core'
import type { Row } from './rows.ts'

const OPERATOR = [
  'awesome_chatgpt_prompts',
  'awesome_copilot',
  'fabric_patterns',
  'gen:system-prompts',
  'gen:agent-files',
]
const TOOL = [
  'tldr_pages',
  'repo_docs_code',
  'c4_demo',
  'tau_bench',
  'payloads_all_the_things',
  'prompt_engineering_guide',
  'composed_indirect',
  'bipia_train',
  'gen:carried',
  'gen:planted',
  'gen:host',
  'gen:wishes',
  'gen:security',
  'gen:guides',
  'gen:verdicts',
  'gen:praise',
]

/** The provenance that a row names in `meta.provenance`, else that of its source; `user` for what is unknown. */
export function provenanceOf({ source, meta }: Row): Provenance {
  const named = meta?.['provenance']
  if (named === 'user' || named === 'operator' || named === 'tool' || named === 'model') return named
  if (meta?.['role'] === 'observation') return 'tool'
  if (meta?.['role'] === 'gpt') return 'model'
  if (source === 'garak_payloads') return meta?.['file'] === 'latentinjection' ? 'tool' : 'user'
  return OPERATOR.includes(source) ? 'operator' : TOOL.includes(source) ? 'tool' : 'user'
}
