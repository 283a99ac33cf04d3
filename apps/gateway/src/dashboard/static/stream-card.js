import { counted, duration } from './measures.js'

// A stream may be 16 MiB long; the card shows this many characters of each channel.
const MAX_TEXT = 20_000
const MAX_HOLDS = 5

const PROTOCOLS = {
  'openai-chat': 'OpenAI chat',
  'anthropic-messages': 'Anthropic Messages',
}
const CHANNELS = {
  reasoning: 'Reasoning',
  refusal: 'Refusal',
  'tool-input': 'Tool arguments',
  other: 'Other text',
}

const ACTIONS = {
  allow: 'allowed',
  annotate: 'annotated',
  redact: 'redacted',
  hold: 'held',
  block: 'blocked',
}

function make(tag, className, text) {
  const element = document.createElement(tag)
  if (className !== undefined) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

/** State of a stream as one word for the chip: also the class that colours it. */
function stateOf({ ending, verdict }) {
  if (ending === 'cut') return 'cut'
  if (ending === 'failed') return 'failed'
  if (ending === 'aborted') return 'aborted'
  if (verdict === 'redact' || verdict === 'hold') return 'redacted'
  return verdict === 'annotate' ? 'annotated' : 'passed'
}

const LABELS = {
  cut: 'Cut',
  failed: 'Upstream failed',
  aborted: 'Reader left',
  redacted: 'Redacted',
  annotated: 'Annotated',
  passed: 'Passed',
}

/** The verdict of a `stream-end` event in words. */
export function verdictLabel(event) {
  return LABELS[stateOf(event)]
}

/** One stream: its text as delivered, what was found in it and what had to wait. */
export function createStreamCard({ title, protocol, model }) {
  const element = make('article', 'card')
  element.setAttribute('aria-label', title)
  const head = make('header', 'card-head')
  const name = make('h3', undefined, title)
  const about = make('p', 'about')
  about.append(make('span', undefined, PROTOCOLS[protocol] ?? protocol), make('code', undefined, model ?? ''))
  const chip = make('span', 'chip streaming', 'Streaming')
  const titles = make('div')
  titles.append(name, about)
  head.append(titles, chip)

  const body = make('div', 'card-body')
  const waiting = make('p', 'waiting', 'Waiting for the first text')
  body.append(waiting)
  const findings = make('ul', 'findings')
  findings.hidden = true
  const facts = make('dl', 'facts')
  facts.hidden = true
  const holds = make('div', 'holds')
  holds.hidden = true
  element.append(head, body, findings, holds, facts)

  const channels = new Map()
  const rules = new Map()
  let longestHolds = []
  let holdCount = 0
  let blockedBy
  let ended = false
  let wasFollowed = true

  /** Says whether the page still hears of the stream. */
  function follow(followed) {
    if (ended || followed === wasFollowed) return
    wasFollowed = followed
    chip.className = followed ? 'chip streaming' : 'chip aborted'
    chip.textContent = followed ? 'Streaming' : 'Not followed'
  }

  function channelOf(key) {
    let channel = channels.get(key)
    if (channel === undefined) {
      waiting.remove()
      const kind = key.split('/')[0]
      const block = make('div', `channel ${kind}`)
      const label = kind === 'other' && /[./]name$/.test(key) ? 'Tool' : CHANNELS[kind]
      if (label !== undefined) block.append(make('p', 'channel-name', label))
      const text = make('p', 'text')
      block.append(text)
      body.append(block)
      channel = { text, shown: 0 }
      channels.set(key, channel)
    }
    return channel
  }

  function showHolds() {
    holds.hidden = false
    const longest = longestHolds[0].ms
    const list = make('ol')
    for (const { ms, chars } of longestHolds) {
      const item = make('li')
      const bar = document.createElement('progress')
      bar.max = longest > 0 ? longest : 1
      bar.value = ms
      bar.setAttribute('aria-hidden', 'true')
      item.append(
        bar,
        make('span', 'hold-fact', duration(ms)),
        make('span', 'hold-fact dim', counted(chars, 'character')),
      )
      list.append(item)
    }
    const label = holdCount > MAX_HOLDS ? `Held ${holdCount} times, the longest:` : 'Held before delivery'
    holds.replaceChildren(make('h4', undefined, label), list)
  }

  function addFact(label, value) {
    const fact = make('div', 'fact')
    fact.append(make('dt', undefined, label), make('dd', undefined, value))
    facts.append(fact)
  }

  return {
    element,
    title,
    follow,
    addText({ channel: key, text, redacted }) {
      const channel = channelOf(key)
      if (channel.shown >= MAX_TEXT) return
      channel.shown += text.length
      if (redacted && text.trim() !== '') {
        // A token brings the blank before it along; the mark is for what stands for the span.
        const mask = text.trim()
        const at = text.indexOf(mask)
        channel.text.append(text.slice(0, at), make('mark', undefined, mask), text.slice(at + mask.length))
      } else {
        // Tokens join the text node before them: one node per token would slow the page down.
        const last = channel.text.lastChild
        if (last?.nodeType === Node.TEXT_NODE) last.appendData(text)
        else channel.text.append(text)
      }
      if (channel.shown >= MAX_TEXT) channel.text.append(make('span', 'dim', ' (the rest is not shown)'))
      // The newest text stays in view, unless the reader of the page scrolled up.
      if (body.scrollHeight - body.scrollTop - body.clientHeight < 80) body.scrollTop = body.scrollHeight
    },
    addHold({ chars, ms }) {
      holdCount++
      longestHolds.push({ chars, ms })
      longestHolds.sort((a, b) => b.ms - a.ms)
      longestHolds = longestHolds.slice(0, MAX_HOLDS)
      showHolds()
    },
    addFinding({ rule, action }) {
      if (action === 'block') blockedBy = rule
      const key = `${rule} ${action}`
      let entry = rules.get(key)
      if (entry === undefined) {
        const item = make('li', action)
        const count = make('span', 'count')
        item.append(make('code', undefined, rule), make('span', 'action', ACTIONS[action] ?? action), count)
        findings.append(item)
        findings.hidden = false
        entry = { count, times: 0 }
        rules.set(key, entry)
      }
      entry.times++
      if (entry.times > 1) entry.count.textContent = `${entry.times} times`
    },
    end(event) {
      ended = true
      waiting.remove()
      const state = stateOf(event)
      chip.className = `chip ${state}`
      chip.textContent = LABELS[state]
      element.classList.add('ended', state)
      const reason =
        blockedBy === undefined ? `Ended with ${event.error ?? 'a limit'}.` : `Blocked by ${blockedBy}.`
      const notes = {
        cut: `${reason} Nothing after this point was delivered.`,
        failed: 'The provider failed here. The reader was sent an error, not a normal end.',
        aborted: 'The reader closed the connection here.',
      }
      if (notes[state] !== undefined) body.append(make('p', `ending ${state}`, notes[state]))
      facts.hidden = false
      if (typeof event.ttftMs === 'number') addFact('First text', duration(event.ttftMs))
      if (typeof event.durationMs === 'number') addFact('Duration', duration(event.durationMs))
      addFact('Delivered', counted(event.chars, 'character'))
      addFact('Findings', String(event.findings))
      body.scrollTop = body.scrollHeight
    },
  }
}
