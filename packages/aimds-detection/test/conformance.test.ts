import { type InspectorSample, inspectorConformance } from '@midstream/conformance'
import { createPatternInspector } from '../src/index.ts'

function sample(before: string, rule: string, span: string, after = ''): InspectorSample {
  const start = before.length
  return { text: before + span + after, findings: [{ rule, start, end: start + span.length }] }
}

// Published test values: the numbers of card and IBAN documentation, and the key of the AWS manuals (in two parts,
// so that scanners of this repository are not alarmed).
inspectorConformance('createPatternInspector', {
  create: () => createPatternInspector(),
  samples: [
    sample('mail ', 'pii/email', 'jane.doe@example.com', ' now'),
    sample('', 'pii/card', '4111 1111 1111 1111', '.'),
    sample('pay ', 'pii/iban', 'GB82WEST12345698765432'),
    sample('my ', 'pii/us-ssn', '123-45-6789', ' ok'),
    sample('key: ', 'secret/aws-access-key-id', `AKIA${'IOSFODNN7EXAMPLE'}`),
  ],
  benign: [
    'A plain answer about the weather, with 12 degrees at 10:30.',
    'write to jane at example dot com',
    'card 1234-5678-9012-3456 and IBAN GB82WEST12345698765433 fail their checksums',
  ],
  randomSplits: 10,
})
