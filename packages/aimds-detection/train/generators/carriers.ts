// Documents and tool results of many forms. Each takes a passage and puts it where such a document has text:
// the same forms carry planted instructions and harmless remarks, so the form itself says nothing.

import { FILLER_SLOTS, HUMAN_REQUESTS, STATEMENTS } from './filler.ts'
import { expand, pick, type Random } from './grammar.ts'

/** A few ordinary sentences; about one in six is something a person asks of another. */
export function prose(random: Random, count: number): string[] {
  const sentences: string[] = []
  for (let i = 0; i < count; i++) {
    sentences.push(expand(random, pick(random, random() < 0.17 ? HUMAN_REQUESTS : STATEMENTS), FILLER_SLOTS))
  }
  return sentences
}

const slot = (random: Random, template: string): string => expand(random, template, FILLER_SLOTS)

/** The passage at the start, the end or somewhere between the sentences. */
function planted(random: Random, sentences: string[], passage: string, join = ' '): string {
  const dice = random()
  const at = dice < 0.2 ? 0 : dice < 0.55 ? sentences.length : Math.floor(random() * (sentences.length + 1))
  return [...sentences.slice(0, at), passage, ...sentences.slice(at)].join(join)
}

function text(random: Random, passage: string, max = 5): string {
  return planted(random, prose(random, Math.floor(random() * max)), passage, random() < 0.8 ? ' ' : '\n')
}

type Carrier = (random: Random, passage: string) => string

const email: Carrier = (random, passage) => {
  const head = pick(random, [
    'From: <user>@example.com\nTo: <user>@example.org\nSubject: {Re: |Fwd: |}{the <thing>|<day>|your order|meeting notes|hello}\n',
    'Subject: <thing> for <day>\nFrom: <name> <family>\nDate: <day>\n',
    'SUBJECT: {News|Update} from <company>\nEMAIL_FROM: <user>@example.net\nRECEIVED DATE: 2023-0<num>\nCONTENT: ',
    '',
  ])
  const hello = pick(random, [
    'Hi <name>,\n\n',
    'Dear {customer|<name>|team},\n\n',
    'Hello,\n',
    '',
    'Good morning,\n\n',
  ])
  const bye = pick(random, [
    '\n\nBest regards,\n<name>',
    '\n\nThanks,\n<name> <family>\n<company>',
    '\n\n--\n<name>',
    '',
    '\nCheers',
  ])
  return slot(random, head) + slot(random, hello) + text(random, passage, 7) + slot(random, bye)
}

const reviews: Carrier = (random, passage) => {
  const review = (content: string) => ({
    reviewer_name: slot(random, '<name> <family>'),
    rating: 1 + Math.floor(random() * 5),
    content,
  })
  const list = [review(text(random, passage, 2)), ...prose(random, Math.floor(random() * 3)).map(review)]
  if (random() < 0.5) list.reverse()
  const product = {
    product_id: `B0${Math.floor(random() * 1e6)}`,
    name: slot(random, '<company> <product>'),
    price: Math.floor(random() * 20000) / 100,
    reviews: list,
  }
  return JSON.stringify(random() < 0.5 ? product : { product_details: product }, null, random() < 0.4 ? 2 : 0)
}

const record: Carrier = (random, passage) => {
  const field = pick(random, [
    'description',
    'content',
    'body',
    'note',
    'notes',
    'message',
    'text',
    'bio',
    'summary',
    'comment',
    'title',
    'details',
    'snippet',
    'about',
  ])
  const key = pick(random, [
    'result',
    'event',
    'file',
    'note',
    'profile',
    'listing',
    'article',
    'post',
    'transaction',
    'contact',
    'ticket',
    'data',
  ])
  const object: Record<string, unknown> = {}
  const fields: [string, unknown][] = [
    ['id', `${Math.floor(random() * 1e5)}`],
    ['created', '2024-05-17T09:30:00Z'],
    ['author', slot(random, '<name> <family>')],
    ['location', slot(random, '<city>')],
    ['tags', ['home', 'misc']],
    ['amount', Math.floor(random() * 1000)],
    ['status', pick(random, ['open', 'done', 'shipped', 'active'])],
    ['views', Math.floor(random() * 9000)],
    ['email', slot(random, '<user>@example.com')],
  ]
  const kept = fields.filter(() => random() < 0.45)
  kept.splice(Math.floor(random() * (kept.length + 1)), 0, [field, text(random, passage, 3)])
  for (const [name, value] of kept) object[name] = value
  const wrapped =
    random() < 0.5
      ? object
      : random() < 0.5
        ? { [key]: object }
        : { [`${key}s`]: [object, { id: 2, [field]: prose(random, 1)[0] }] }
  return random() < 0.3
    ? `{'${key}': '${text(random, passage, 2)}', 'status': 'ok'}`
    : JSON.stringify(wrapped, null, random() < 0.4 ? 2 : 0)
}

const chat: Carrier = (random, passage) => {
  const form = pick(random, [
    '[<num>:0<num>] <name>: ',
    '<name>: ',
    '<user> ({9|10|11}:1<num>) ',
    '- <user>: ',
    '{<name>}\n',
  ])
  const lines = prose(random, 2 + Math.floor(random() * 4)).map((line) => slot(random, form) + line)
  return planted(random, lines, slot(random, form) + passage, '\n')
}

const page: Carrier = (random, passage) => {
  const [open, close] = pick(random, [
    ['<p>', '</p>'],
    ['<div>', '</div>'],
    ['<!-- ', ' -->'],
    ['<span style="display:none">', '</span>'],
    ['<p style="color:white;font-size:1px">', '</p>'],
    ['<li>', '</li>'],
    ['<td>', '</td>'],
    ['<meta name="description" content="', '">'],
    ['<img src="a.png" alt="', '">'],
    ['<div class="comment">', '</div>'],
    ['<p>', '</p>'],
    ['<p>', '</p>'],
  ] as const)
  const body = prose(random, 1 + Math.floor(random() * 5)).map((line) => `<p>${line}</p>`)
  return `<html><head><title>${slot(random, '<company>')}</title></head>\n<body>\n<h1>${slot(random, '<thing>')}</h1>\n${planted(random, body, open + passage + close, '\n')}\n</body></html>`
}

const code: Carrier = (random, passage) => {
  const comment = pick(random, ['# ', '// ', '/* ', '-- ', '"""', '; ', '<!-- '])
  const end = comment === '/* ' ? ' */' : comment === '"""' ? '"""' : comment === '<!-- ' ? ' -->' : ''
  const note =
    comment + passage.replaceAll('\n', `\n${comment.length < 4 && end === '' ? comment : ''}`) + end
  const lines = pick(random, [
    ['def total(rows):', '    s = 0', '    for row in rows:', "        s += row['amount']", '    return s'],
    ['function add(a, b) {', '  return a + b', '}', 'export { add }'],
    ['SELECT id, name', 'FROM customers', "WHERE city = 'Lyon'", 'ORDER BY name;'],
    ['version: 2', 'services:', '  web:', '    image: nginx', '    ports: ["80:80"]'],
    ['import os', 'path = os.environ.get("HOME")', 'print(path)'],
    [
      'public class Main {',
      '  public static void main(String[] args) {',
      '    System.out.println("hi");',
      '  }',
      '}',
    ],
    ['$ npm test', '> 12 passing', 'WARN deprecated package', 'done in 3 s'],
    ['TypeError: x is not a function', '    at run (app.js:12:5)', '    at main (app.js:40:1)'],
  ])
  return planted(random, [...lines], note, '\n')
}

const table: Carrier = (random, passage) => {
  const separator = pick(random, [' | ', ',', '\t', ';'])
  const rows = [1, 2, 3, 4]
    .slice(0, 2 + Math.floor(random() * 3))
    .map((id) => [
      id,
      slot(random, '<name> <family>'),
      slot(random, '<city>'),
      slot(random, '<num>'),
      prose(random, 1)[0]!,
    ])
  rows[Math.floor(random() * rows.length)]![4] = passage
  const lines = [['id', 'name', 'city', 'amount', 'remark'], ...rows].map((cells) => cells.join(separator))
  return lines.map((line) => (separator === ' | ' ? `| ${line} |` : line)).join('\n')
}

const article: Carrier = (random, passage) => {
  const title = slot(
    random,
    pick(random, [
      '# {About|Notes on} <city>\n\n',
      '{The <thing>|News from <company>}\n\n',
      '## <thing>\n',
      '',
      '',
    ]),
  )
  return (
    title +
    planted(random, prose(random, 2 + Math.floor(random() * 9)), passage, pick(random, [' ', '\n', '\n\n']))
  )
}

const ticket: Carrier = (random, passage) =>
  slot(
    random,
    'Ticket #<num>1<num>\nStatus: {open|pending|new}\nReporter: <name> <family>\nPriority: {low|normal|high}\n{Description|Steps to reproduce|Comment}: ',
  ) + text(random, passage, 4)

const list: Carrier = (random, passage) => {
  const bullet = pick(random, ['- ', '* ', '• ', '1. ', '[ ] '])
  return (
    slot(random, '{TODO|Notes|Shopping|Agenda <day>|Minutes}:\n') +
    planted(random, prose(random, 2 + Math.floor(random() * 4)), passage, `\n${bullet}`)
  )
}

const search: Carrier = (random, passage) => {
  const hits = [passage, ...prose(random, 2)].map(
    (snippet, i) =>
      `[${i + 1}] ${slot(random, '<company>')} - https://www.example.${pick(random, ['com', 'org', 'net'])}/${i}\n${snippet}`,
  )
  return random() < 0.5 ? hits.join('\n\n') : [...hits].reverse().join('\n')
}

const yaml: Carrier = (random, passage) =>
  slot(random, 'id: <num><num>\nowner: <user>\ncity: <city>\n{note|description|comment}: ') +
  (random() < 0.5 ? JSON.stringify(passage) : `|\n  ${passage.replaceAll('\n', '\n  ')}`) +
  slot(random, '\nupdated: 2024-0<num>-11')

const resume: Carrier = (random, passage) =>
  `${slot(random, '<name> <family>\n<city>\n\nExperience\n- <company>, {analyst|cook|engineer|nurse}, <num> years\n- <company>, intern\n\nEducation\n- University of <city>\n\n{Skills|About me}: ')}${text(random, passage, 3)}`

const CARRIERS: readonly Carrier[] = [
  email,
  email,
  email,
  reviews,
  reviews,
  record,
  record,
  record,
  chat,
  chat,
  page,
  page,
  code,
  code,
  table,
  article,
  article,
  ticket,
  list,
  search,
  yaml,
  resume,
]

/** A document of a random form with the passage in it. */
export function carry(random: Random, passage: string): string {
  return pick(random, CARRIERS)(random, passage)
}

const STRUCTURED: readonly Carrier[] = [reviews, reviews, record, record, record, page, table, search, yaml]

/** The same, but only forms that a program writes: records, tables, pages. */
export function carryStructured(random: Random, passage: string): string {
  return pick(random, STRUCTURED)(random, passage)
}
