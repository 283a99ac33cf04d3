import { inspectorConformance } from '@midstream/conformance'
import { createLoopInspector } from '../src/index.ts'

const line = 'The answer is still the same as it was.\n'

inspectorConformance('createLoopInspector', {
  create: () => createLoopInspector({ maxPeriodChars: 256, maxChars: 3000 }),
  samples: [
    {
      // The two characters before the first copy are those before the second, so the run begins two earlier.
      text: `Sure. ${'I will stop now. '.repeat(5)}`,
      findings: [{ rule: 'loop/token', start: 6 - 2 + 2 * 17, end: 6 - 2 + 3 * 17 }],
    },
    {
      text: `Wait: ${line.repeat(4)}`,
      findings: [{ rule: 'loop/line', start: 6 + 2 * line.length, end: 6 + 3 * line.length }],
    },
  ],
  benign: [
    'A plain answer about the weather, with 12 degrees at 10:30, and about the sea, which is warm.',
    '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n',
    'for (const x of xs) {\n  if (x > 1) {\n    f(x)\n  }\n}\n',
  ],
  randomSplits: 8,
})
