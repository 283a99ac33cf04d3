import { readdirSync, readFileSync } from 'node:fs'

/** A number in [0, 1) with a seed. */
export function seeded(seed: number): () => number {
  let a = seed | 0
  return () => {
    a = (Math.imul(a, 1_664_525) + 1_013_904_223) | 0
    return (a >>> 0) / 2 ** 32
  }
}

const WORDS =
  'the a of and in to is was it for on are as with his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know'.split(
    ' ',
  )

export function prose(length: number, seed: number): string {
  const random = seeded(seed)
  const parts: string[] = []
  for (let at = 0; at < length; ) {
    const word = WORDS[Math.floor(random() * random() * WORDS.length)]!
    const piece = random() < 0.1 ? `${word}. ` : `${word} `
    parts.push(piece)
    at += piece.length
  }
  return parts.join('').slice(0, length)
}

/** The sources of this package: code, as far as it goes, again and again with a line between that differs. */
export function code(length: number): string {
  const folder = new URL('../../src/lib/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const text = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n')
  let all = ''
  for (let i = 0; all.length < length; i++) all += `// part ${i}\n${text}`
  return all.slice(0, length)
}

export function random(length: number, alphabet: string, seed: number): string {
  const next = seeded(seed)
  return Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]!).join('')
}

export function fibonacci(length: number): string {
  let a = 'a'
  let b = 'ab'
  while (b.length < length) [a, b] = [b, b + a]
  return b.slice(0, length)
}
