import { listen } from './event-reader.js'
import { createHistogram } from './histogram.js'
import { counted, duration, median } from './measures.js'
import { createStreamCard, verdictLabel } from './stream-card.js'

// Bounds of what the page keeps, so that it can stay open for days.
const MAX_CARDS = 20
const MAX_SAMPLES = 1000

const byId = (id) => document.getElementById(id)
const cards = new Map()
const firstTexts = []
const totals = { streams: 0, findings: 0, cut: 0, dropped: 0 }
const histogram = createHistogram(byId('histogram'), byId('holds-summary'))

function showTotals() {
  byId('total-streams').textContent = totals.streams
  byId('total-findings').textContent = totals.findings
  byId('total-cut').textContent = totals.cut
  if (firstTexts.length > 0) byId('total-ttft').textContent = duration(median(firstTexts))
}

/** Events arrive per token; the totals and the chart are drawn at most once a frame. */
let drawing = false
function drawSoon() {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    showTotals()
    histogram.draw()
  })
}

function titleOf(event) {
  const name = event.scenario ?? /^replay\/(.+)$/.exec(event.model ?? '')?.[1]
  const button = [...byId('scenarios').children].find(({ dataset }) => dataset.scenario === name)
  return button?.querySelector('.scenario-title').textContent ?? event.model ?? 'Unnamed model'
}

/** Where the page is one column, a click on a scenario brings its stream into view. */
let played
function reveal(element) {
  played = undefined
  if (matchMedia('(width < 1000px)').matches) element.scrollIntoView({ block: 'start' })
}

const handlers = {
  dropped: showDropped,
  'stream-start'(event) {
    byId('empty').hidden = true
    const card = createStreamCard({ ...event, title: titleOf(event) })
    cards.set(event.stream, card)
    byId('streams').prepend(card.element)
    if (event.scenario === played || event.model === `replay/${played}`) reveal(card.element)
    totals.streams++
    for (const [stream, old] of cards) {
      if (cards.size <= MAX_CARDS) break
      old.element.remove()
      cards.delete(stream)
    }
  },
  text(event) {
    const card = cards.get(event.stream)
    card?.follow(true)
    card?.addText(event)
  },
  held(event) {
    histogram.add(event.ms)
    cards.get(event.stream)?.addHold(event)
  },
  finding(event) {
    totals.findings++
    cards.get(event.stream)?.addFinding(event)
  },
  'stream-end'(event) {
    if (event.ending === 'cut') totals.cut++
    if (typeof event.ttftMs === 'number') {
      firstTexts.push(event.ttftMs)
      if (firstTexts.length > MAX_SAMPLES) firstTexts.shift()
    }
    const card = cards.get(event.stream)
    if (card === undefined) return
    card.end(event)
    byId('announcer').textContent = `${card.title}: ${verdictLabel(event)}`
  },
}

function showDropped({ count }) {
  totals.dropped += count
  byId('dropped').hidden = false
  byId('dropped').textContent =
    `This page was too slow for ${counted(totals.dropped, 'event')}: texts below may have gaps.`
}

const STATES = { open: 'Connected', connecting: 'Reconnecting', locked: 'Key needed' }

// Kept in the page only: it is asked for again when the page is loaded again.
let key = ''
const keyHeader = () => (key === '' ? {} : { 'x-midstream-key': key })

function showState(state) {
  const status = byId('connection')
  status.dataset.state = state
  status.textContent = STATES[state]
  // What went on meanwhile is sent again after a short break, and not by a gateway that was started anew.
  if (state === 'connecting') for (const card of cards.values()) card.follow(false)
  if (state === 'open') byId('key-form').hidden = true
  if (state !== 'locked') return
  byId('key-form').hidden = false
  byId('key-problem').textContent = key === '' ? '' : 'The gateway does not know this key.'
  byId('key').focus()
}

function showEvent(type, data) {
  const handle = handlers[type]
  const event = JSON.parse(data)
  if (handle === undefined || event.v !== 1) return
  handle(event)
  drawSoon()
}

function connect() {
  listen('/v1/events', keyHeader, { state: showState, event: showEvent })
}

byId('key-form').addEventListener('submit', (submit) => {
  submit.preventDefault()
  key = byId('key').value.trim()
  connect()
})

function requestFor(protocol, scenario, prompt) {
  const body = { model: `replay/${scenario}`, stream: true, messages: [{ role: 'user', content: prompt }] }
  if (protocol === 'openai-chat') return { path: '/v1/chat/completions', headers: {}, body }
  return {
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: { ...body, max_tokens: 4096 },
  }
}

function showProblem(text) {
  const problem = byId('problem')
  problem.hidden = text === ''
  problem.textContent = text
  // It stands below the scenarios, which may be all that a small window shows.
  if (text !== '') problem.scrollIntoView({ block: 'nearest' })
}

async function play(button) {
  const { scenario, prompt } = button.dataset
  const protocol = document.querySelector('input[name=protocol]:checked').value
  const { path, headers, body } = requestFor(protocol, scenario, prompt)
  showProblem('')
  played = scenario
  button.setAttribute('aria-busy', 'true')
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...keyHeader() },
      body: JSON.stringify(body),
    })
    if (!response.ok) {
      showProblem(`The gateway answered ${response.status}. ${await explain(response)}`)
      return
    }
    // The cards show what the events say; the response is read so that the gateway has a real reader.
    const reader = response.body.getReader()
    while (!(await reader.read()).done);
  } catch {
    // A stream that fails midway is shown by its card; without a card the gateway was not reached at all.
    if (byId('connection').dataset.state !== 'open') showProblem('The gateway could not be reached.')
  } finally {
    button.removeAttribute('aria-busy')
  }
}

async function explain(response) {
  try {
    return (await response.json()).error.message
  } catch {
    return ''
  }
}

byId('scenarios').addEventListener('click', (click) => {
  const button = click.target.closest('button[data-scenario]')
  if (button !== null) play(button)
})

connect()
