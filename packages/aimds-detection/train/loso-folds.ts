// Which sources leave together when the evaluation leaves sources out.

/** Each fold leaves out these sources, attacks and harmless rows alike. Related sources leave together. */
export const FOLDS: readonly (readonly string[])[] = [
  ['trustair_jailbreak_2023_05', 'clinc150', 'awesome_chatgpt_prompts'],
  ['composed_indirect', 'hinglish_pi', 'tau_bench', 'c4_demo'],
  ['deepset_pi_train', 'jbb_artifacts', 'banking77', 'cse_security_questions'],
  ['garak_payloads', 'fuzzyai', 't0_permissive', 'payloads_all_the_things', 'prompt_engineering_guide'],
  ['promptinject', 'giskard_pi', 'compass_pi', 'bbh', 'gpteacher', 'fabric_patterns'],
  [
    'pallms',
    'guardrail_unit_tests',
    'self_reminder_jailbreaks',
    'gptfuzz_templates',
    'glaive_toolcall',
    'self_instruct',
    'awesome_copilot',
    'jackhhao_jailbreak_cls',
  ],
]
