/**
 * The specification patterns of M. Dwyer, G. Avrunin and J. Corbett ("Patterns in Property Specifications for
 * Finite-State Verification", ICSE 1999), in the five scopes, as the authors' catalogue writes them in LTL.
 *
 * Letters: `p s t z` are the operands; `q` opens a scope and `r` closes it.
 */
const TEMPLATES: Readonly<
  Record<string, { readonly params: readonly string[]; readonly scopes: readonly string[] }>
> = {
  absence: {
    params: ['p'],
    scopes: [
      'G !p',
      'F r -> (!p U r)',
      'G (q -> G !p)',
      'G ((q & !r & F r) -> (!p U r))',
      'G ((q & !r) -> (!p W r))',
    ],
  },
  existence: {
    params: ['p'],
    scopes: [
      'F p',
      '!r W (!r & p)',
      'G !q | F (q & F p)',
      'G ((q & !r) -> (!r W (!r & p)))',
      'G ((q & !r) -> (!r U (!r & p)))',
    ],
  },
  // At most two stretches of p.
  boundedExistence: {
    params: ['p'],
    scopes: [
      '!p W (p W (!p W (p W G !p)))',
      'F r -> ((!r & !p) U (r | ((!r & p) U (r | ((!r & !p) U (r | ((!r & p) U (r | (!p U r)))))))))',
      'F q -> (!q U (q & (!p W (p W (!p W (p W G !p))))))',
      'G ((q & F r) -> ((!r & !p) U (r | ((!r & p) U (r | ((!r & !p) U (r | ((!r & p) U (r | (!p U r))))))))))',
      'G (q -> ((!p & !r) U (r | ((p & !r) U (r | ((!p & !r) U (r | ((p & !r) U (r | (!p W r) | G p)))))))))',
    ],
  },
  universality: {
    params: ['p'],
    scopes: [
      'G p',
      'F r -> (p U r)',
      'G (q -> G p)',
      'G ((q & !r & F r) -> (p U r))',
      'G ((q & !r) -> (p W r))',
    ],
  },
  // s before p
  precedence: {
    params: ['s', 'p'],
    scopes: [
      '!p W s',
      'F r -> (!p U (r | s))',
      'G !q | F (q & (!p W s))',
      'G ((q & !r & F r) -> (!p U (r | s)))',
      'G ((q & !r) -> (!p W (r | s)))',
    ],
  },
  // s after p
  response: {
    params: ['p', 's'],
    scopes: [
      'G (p -> F s)',
      'F r -> ((p -> (!r U (!r & s))) U r)',
      'G (q -> G (p -> F s))',
      'G ((q & !r & F r) -> ((p -> (!r U (!r & s))) U r))',
      'G ((q & !r) -> ((p -> (!r U (!r & s))) W r))',
    ],
  },
  // s, then t, before p
  precedenceChain21: {
    params: ['s', 't', 'p'],
    scopes: [
      'F p -> (!p U (!p & s & X (!p U t)))',
      'F r -> (!p U (r | (!p & s & X (!p U t))))',
      'G !q | (!q U ((q & F p) -> (!p U (!p & s & X (!p U t)))))',
      'G ((q & F r) -> (!p U (r | (!p & s & X (!p U t)))))',
      'G (q -> (F p -> (!p U (r | (!p & s & X (!p U t))))))',
    ],
  },
  // p before s, then t
  precedenceChain12: {
    params: ['p', 's', 't'],
    scopes: [
      'F (s & X F t) -> (!s U p)',
      'F r -> (!(!r & s & X (!r U (!r & t))) U (r | p))',
      'G !q | (!q U (q & (F (s & X F t) -> (!s U p))))',
      'G ((q & F r) -> (!(!r & s & X (!r U (!r & t))) U (r | p)))',
      'G (q -> ((!(!r & s & X (!r U (!r & t))) U (r | p)) | G !(s & X F t)))',
    ],
  },
  // p after s, then t
  responseChain21: {
    params: ['s', 't', 'p'],
    scopes: [
      'G ((s & X F t) -> X F (t & F p))',
      'F r -> (((s & X (!r U t)) -> X (!r U (t & F p))) U r)',
      'G (q -> G ((s & X F t) -> X (!t U (t & F p))))',
      'G ((q & F r) -> (((s & X (!r U t)) -> X (!r U (t & F p))) U r))',
      'G (q -> (((s & X (!r U t)) -> X (!r U (t & F p))) U (r | G ((s & X (!r U t)) -> X (!r U (t & F p))))))',
    ],
  },
  // s, then t, after p
  responseChain12: {
    params: ['p', 's', 't'],
    scopes: [
      'G (p -> F (s & X F t))',
      'F r -> ((p -> (!r U (!r & s & X (!r U t)))) U r)',
      'G (q -> G (p -> (s & X F t)))',
      'G ((q & F r) -> ((p -> (!r U (!r & s & X (!r U t)))) U r))',
      'G (q -> ((p -> (!r U (!r & s & X (!r U t)))) U (r | G (p -> (s & X F t)))))',
    ],
  },
  // s, then t without z between, after p
  constrainedChain12: {
    params: ['p', 's', 't', 'z'],
    scopes: [
      'G (p -> F (s & !z & X (!z U t)))',
      'F r -> ((p -> (!r U (!r & s & !z & X ((!r & !z) U t)))) U r)',
      'G (q -> G (p -> (s & !z & X (!z U t))))',
      'G ((q & F r) -> ((p -> (!r U (!r & s & !z & X ((!r & !z) U t)))) U r))',
      'G (q -> ((p -> (!r U (!r & s & !z & X ((!r & !z) U t)))) U (r | G (p -> (s & !z & X (!z U t))))))',
    ],
  },
}

const SCOPES: Readonly<Record<string, { readonly column: number; readonly params: readonly string[] }>> = {
  before: { column: 1, params: ['r'] },
  after: { column: 2, params: ['q'] },
  between: { column: 3, params: ['q', 'r'] },
  afterUntil: { column: 4, params: ['q', 'r'] },
}

/** Names that can be called in a formula: `response(p, s)`, `absence(p, between(q, r))`. */
export const PATTERN_NAMES: readonly string[] = Object.keys(TEMPLATES)

/** Names of the scopes that can be the last argument of a pattern. Without one the scope is the whole trace. */
export const PATTERN_SCOPES: readonly string[] = Object.keys(SCOPES)

/** The formula that a pattern stands for, with its parameters; undefined when there is no such pattern or scope. */
export function patternTemplate(
  name: string,
  scope?: string,
): { readonly params: readonly string[]; readonly body: string } | undefined {
  const template = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined
  if (template === undefined) return undefined
  if (scope === undefined) return { params: template.params, body: template.scopes[0]! }
  const place = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined
  if (place === undefined) return undefined
  return { params: [...template.params, ...place.params], body: template.scopes[place.column]! }
}
