import { counted, duration, median } from './measures.js'

const SVG = 'http://www.w3.org/2000/svg'
// Bounds between the bars in milliseconds; a hold as long as a bound belongs to the bar on its right.
const BOUNDS = [1, 5, 10, 25, 50, 100, 250, 500, 1000]
const MAX_SAMPLES = 1000

const WIDTH = 440
const TOP = 20
const FLOOR = 118

function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  if (text !== undefined) element.textContent = text
  return element
}

/** Draws how long text was held, by length of the hold. The median is over the last 1000 holds. */
export function createHistogram(svg, summary) {
  const counts = new Array(BOUNDS.length + 1).fill(0)
  const samples = []
  let total = 0
  let longest = 0
  let drawn = 0

  const step = WIDTH / counts.length
  const bars = counts.map((_, i) => {
    const bar = shape('rect', { class: 'bar', x: i * step + 3, width: step - 6, y: FLOOR, height: 0, rx: 3 })
    const count = shape('text', { class: 'count', x: (i + 0.5) * step, y: FLOOR })
    svg.append(bar, count)
    return { bar, count }
  })
  svg.append(shape('line', { class: 'floor', x1: 0, x2: WIDTH, y1: FLOOR + 0.5, y2: FLOOR + 0.5 }))
  for (const [i, bound] of BOUNDS.entries()) {
    const x = (i + 1) * step
    svg.append(
      shape('line', { class: 'floor', x1: x, x2: x, y1: FLOOR, y2: FLOOR + 5 }),
      shape('text', { x, y: FLOOR + 20 }, bound),
    )
  }
  svg.append(shape('text', { class: 'unit', x: WIDTH, y: FLOOR + 20 }, 'ms'))

  return {
    add(ms) {
      const bar = BOUNDS.findIndex((bound) => ms < bound)
      counts[bar === -1 ? BOUNDS.length : bar]++
      total++
      longest = Math.max(longest, ms)
      samples.push(ms)
      if (samples.length > MAX_SAMPLES) samples.shift()
    },
    draw() {
      if (total === drawn) return
      drawn = total
      const most = Math.max(...counts)
      for (const [i, { bar, count }] of bars.entries()) {
        // A bar that stands for something is never too low to be seen.
        const height = counts[i] === 0 ? 0 : Math.max(3, (counts[i] / most) * (FLOOR - TOP))
        bar.setAttribute('y', FLOOR - height)
        bar.setAttribute('height', height)
        count.setAttribute('y', FLOOR - height - 6)
        count.textContent = counts[i] === 0 ? '' : counts[i]
      }
      summary.textContent = `${counted(total, 'hold')}, median ${duration(median(samples))}, longest ${duration(longest)}`
    },
  }
}
