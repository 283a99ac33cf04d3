/** Texts that repeat and should: what a loop detector is most likely to mistake. All wording is our own. */
export const BENIGN_TEXTS: Readonly<Record<string, string>> = {
  'markdown table': [
    '| Tag | Frei | Belegt | Notiz |',
    '|-----|------|--------|-------|',
    ...['Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa', 'So'].map((d, i) => `| ${d} | ${i % 3} | ${7 - i} | keine |`),
  ].join('\n'),
  'table of yes and no': [
    '| Feature | Free | Team | Firm |',
    '| ------- | ---- | ---- | ---- |',
    '| Search | yes | yes | yes |',
    '| Export | no | yes | yes |',
    '| Audit log | no | no | yes |',
    '| Own domain | no | yes | yes |',
    '| Help by phone | no | no | yes |',
  ].join('\n'),
  'table with empty cells': `| name | q1 | q2 | q3 | q4 |\n${['ada', 'ben', 'cleo', 'dov']
    .map((n) => `| ${n} |    |    |    |    |`)
    .join('\n')}`,
  'wide rules': `Title\n${'='.repeat(80)}\ntext\n${'-'.repeat(120)}\nmore\n${'*'.repeat(72)}\n`,
  'code with closing brackets': `${'  '.repeat(8)}return x\n${Array.from({ length: 8 }, (_, i) => `${'  '.repeat(8 - i)}}`).join('\n')}\n`,
  'switch statement': Array.from(
    { length: 9 },
    (_, i) => `    case ${i * i + 3}:\n      return '${'abcdefghi'[i]}${i}'\n`,
  ).join(''),
  imports: ['reader', 'writer', 'parser', 'printer', 'runner', 'tracer']
    .map((n) => `import { create${n[0]!.toUpperCase()}${n.slice(1)} } from './lib/${n}.ts'`)
    .join('\n'),
  'matrix of zeros': `const m = [\n${'  [0, 0, 0, 0],\n'.repeat(4)}]\n`,
  assembly: Array.from({ length: 12 }, (_, i) => `  mov r${i}, [sp+${(i * 13) % 64}]`).join('\n'),
  'bullet list': ['apples', 'bread', 'milk', 'two lemons', 'butter', 'salt'].map((x) => `- ${x}`).join('\n'),
  'numbered steps': [
    '1. Open the lid.',
    '2. Take out the old filter.',
    '3. Rinse the basket.',
    '4. Put in the new filter.',
    '5. Close the lid.',
    '6. Wait for the light.',
  ].join('\n'),
  'check list': Array.from({ length: 8 }, (_, i) => `- [ ] ask ${'ABCDEFGH'[i]} about the date`).join('\n'),
  'poem with a refrain': ['the tide', 'the wind', 'the lamp', 'the bell']
    .map(
      (what, i) =>
        `${['Out', 'Down', 'Far', 'Home'][i]} goes ${what} at the end of day,\nand nobody knows who called it away,\nlow, low, the harbour is low.\n`,
    )
    .join('\n'),
  song: 'Row with me, row with me,\nrow till the light is gone.\nLa la la la, la la la,\nrow till the night is on.\n\nLa la la la, la la la,\nrow till we come to shore.\n',
  laughter: 'Ha ha ha ha ha! No, no, no. Very, very, very good. Ho ho ho.',
  base64:
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='.repeat(
      1,
    ),
  'base64 with zeros': `AAECAwQFBgcICQoLDA0ODw${'A'.repeat(160)}EBESExQVFhcYGRobHB0eHw==`,
  'hex dump': Array.from(
    { length: 10 },
    (_, i) =>
      `${(i * 16).toString(16).padStart(8, '0')}  ${'00 '.repeat(8)} ${'00 '.repeat(8)} |................|`,
  )
    .slice(0, 3)
    .join('\n'),
  'ASCII art': [
    '      /\\_/\\      ',
    '     ( o.o )     ',
    '      > ^ <      ',
    '    /       \\    ',
    '   /|       |\\   ',
    '  (_|       |_)  ',
    '  ~~~~~~~~~~~~~  ',
  ].join('\n'),
  'box drawing': `┌${'─'.repeat(40)}┐\n│${' '.repeat(40)}│\n│   nothing to see here${' '.repeat(19)}│\n└${'─'.repeat(40)}┘`,
  'progress bar': '[####################----------] 66 %  [##############################] 100 %',
  'JSON array of records': JSON.stringify(
    Array.from({ length: 9 }, (_, i) => ({ id: 100 + i * i, name: `user${(i * 7) % 10}`, on: i % 2 === 0 })),
  ),
  'JSON array of numbers': JSON.stringify(Array.from({ length: 200 }, (_, i) => (i * 7919) % 101)),
  'JSON array of zeros': JSON.stringify(new Array(60).fill(0)),
  'JSON with nulls': JSON.stringify({
    a: null,
    b: null,
    c: null,
    d: null,
    e: null,
    list: [null, null, null, null],
  }),
  CSV: `date,open,close\n${Array.from({ length: 14 }, (_, i) => `2026-03-${String(i + 1).padStart(2, '0')},${(101.5 + ((i * 37) % 11)).toFixed(2)},${(99 + ((i * 53) % 13)).toFixed(2)}`).join('\n')}`,
  'log lines': Array.from(
    { length: 10 },
    (_, i) =>
      `2026-03-01T10:0${i}:${(i * 17) % 60}Z INFO request ${['GET', 'PUT', 'POST'][i % 3]} /v1/items/${(i * 7919) % 1000} 200`,
  ).join('\n'),
  dialogue:
    'Anna: Is it open?\nBo: No.\nAnna: Is it open now?\nBo: No.\nAnna: And now?\nBo: Yes.\nAnna: Good.\n',
  quotations: `${'> '.repeat(3)}first\n${'> '.repeat(2)}second\n> third\nfourth\n`,
  'Python doctest': '>>> f(1)\n1\n>>> f(2)\n4\n>>> f(3)\n9\n>>> f(4)\n16\n>>> f(5)\n25\n',
  'chant in two copies':
    'We want the bridge, we want the bridge. We want the bridge open, and we want it now.',
  'Chinese list': '第一，打开盖子。第二，取出旧的滤网。第三，冲洗篮子。第四，放入新的滤网。第五，盖上盖子。',
  diff: '-  const a = 1\n-  const b = 2\n-  const c = 3\n+  const a = 4\n+  const b = 5\n+  const c = 6\n',
  toml: '[a]\nenabled = true\n\n[b]\nenabled = true\n\n[c]\nenabled = false\n',
}
