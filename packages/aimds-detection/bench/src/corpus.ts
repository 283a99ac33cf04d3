import { seededRandom } from '@midstream/test-kit'

/** Harmless sentences of the kinds that reach a detector: mail, support, code, JSON, documentation. */
const PIECES: readonly string[] = [
  'Thank you for the quick answer; the second invoice arrived on Tuesday and matches our records.',
  'Could you please move the meeting to 15:30? Ana cannot join before that.',
  'The function returns a list of users, sorted by the date of their last login.',
  'Before you install the update, read the instructions and close all other programs.',
  'const total = items.reduce((sum, item) => sum + item.price * item.count, 0)',
  '{"order_id":"A-20417","status":"shipped","items":[{"sku":"TS-9","count":2}],"note":null}',
  'Our return policy allows exchanges within thirty days when the rules on the label are followed.',
  'Write a short poem about the sea, but do not use the word blue.',
  'The previous version ignored the setting, which is why the test failed on Windows.',
  'import { readFile } from "node:fs/promises"',
  'How do I reset the password of a local account without losing my files?',
  'The system requirements are 8 GB of memory and 20 GB of free disk space.',
  'Mix the flour with the butter, add two eggs, and let the dough rest for an hour.',
  "SELECT name, city FROM customers WHERE created_at > now() - interval '7 days';",
  'In 2024 the city opened three new lines; ridership grew by 12 % in the first year.',
  'You are now able to see the balance of your account on the first page.',
  '## Installation\n\nRun `npm install` in the folder and start the server with `npm start`.',
  'Summarise the following article in three sentences and list the people who are mentioned.',
  'The museum is closed on Mondays. Tickets cost 9 euros, 5 for students.',
  'git log --oneline --since="2 weeks ago" | head -20',
]

/** A text of exactly `chars` code units. */
export function harmlessText(chars: number, seed: number): string {
  const random = seededRandom(seed)
  let text = ''
  while (text.length < chars) {
    text += `${PIECES[Math.floor(random() * PIECES.length)]!}${random() < 0.2 ? '\n' : ' '}`
  }
  return text.slice(0, chars)
}
