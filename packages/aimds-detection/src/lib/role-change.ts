/** What somebody is told to be now without being given a role. */
const STATES = new Set(
  (
    'able about accepting acting active added all allowed almost an a at authenticated authorized available aware ' +
    'back being better blocked booked caught certified clear complete confirmed connected covered done dealing ' +
    'editing eligible enabled encouraged ending entered enrolled entering entitled exiting expected facing familiar ' +
    'finally finished following free fully getting given going gone good happy having here hidden home in inside ' +
    'invited it just leaving left linked listening logged looking making me more moving my no not now of off offline ' +
    'officially on one online only open our out over paid part playing prepared protected qualified ready receiving ' +
    'recording registered required running safe saving scheduled seeing set signed soon standing starting stuck ' +
    'subscribed successfully supposed sure taking that the this to truly trying two under unsubscribed up updated ' +
    'upgraded using verified viewing waiting watching welcome well where wondering working years you your'
  ).split(' '),
)
/** After an article: what people are, as opposed to what a model is told to play. */
const STANDINGS = new Set(
  (
    'admin adult beta big bit certified citizen client contributor customer developer few follower full graduate ' +
    'happy little long lot member new old owner parent part partner patient premium proud real registered resident ' +
    'second single step student subscriber subscribed target user valued verified victim winner'
  ).split(' '),
)
const UNBOUND = new Set(
  'freed jailbroken liberated unbound unchained uncensored unfiltered unlimited unrestricted'.split(' '),
)
/** Words that make a role of a model of what follows, whatever it is. */
const FREED = new Set(['free', 'no', 'acting', 'playing', 'in'])

/**
 * Whether `you are now …` gives a role (`you are now HackerBot`, `you are now an evil twin`) and does not tell
 * somebody how things stand (`you are now able to …`, `you are now a member`). Depends on the text only.
 */
export function isRoleChange(text: string): boolean {
  const words = text.split(/[^a-z'-]+/)
  const first = words[words.indexOf('now') + 1] ?? ''
  const second = words[words.indexOf('now') + 2] ?? ''
  if (/^(?:an?|the|my)$/.test(first)) return second !== '' && !STANDINGS.has(second)
  if (FREED.has(first)) {
    return /^(?:from|longer|as|dan|evil|unrestricted|developer|debug|unfiltered|character)$/.test(second)
  }
  return UNBOUND.has(first) || (!STATES.has(first) && !/(?:ed|ing)$/.test(first))
}
