export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly dashed?: boolean
}

export interface Chart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly Series[]
  readonly logY?: boolean
}

const WIDTH = 640
const HEIGHT = 360
const LEFT = 64
const RIGHT = 16
const TOP = 36
const BOTTOM = 48
const COLOURS = ['#1b6ca8', '#c0392b', '#2e8b57', '#8e44ad', '#b8860b', '#555555']
/** More points than pixels only make the file larger. */
const MAX_POINTS = 200

/** Steps of 1, 2 or 5 times a power of ten, about five of them. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5 || 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const out: number[] = []
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step)
    out.push(Number(at.toPrecision(12)))
  return out
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** A line chart as an SVG document. */
export function lineChart({ title, xLabel, yLabel, series, logY = false }: Chart): string {
  const scaleValue = (y: number) => (logY ? Math.log10(Math.max(y, 1e-9)) : y)
  const all = series.flatMap(({ points }) => points)
  const xs = all.map(([x]) => x)
  const ys = all.map(([, y]) => scaleValue(y))
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)]
  const [y0, y1] = [logY ? Math.floor(Math.min(...ys)) : Math.min(0, ...ys), Math.max(...ys) * 1.02]
  const toX = (x: number) => LEFT + ((x - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - RIGHT)
  const toY = (y: number) => HEIGHT - BOTTOM - ((y - y0) / (y1 - y0 || 1)) * (HEIGHT - TOP - BOTTOM)
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="20" font-size="14">${escapeText(title)}</text>`,
  ]
  for (const tick of ticks(y0, y1)) {
    const y = toY(tick).toFixed(1)
    const label = logY ? `1e${tick}` : String(tick)
    out.push(`<path d="M${LEFT} ${y}H${WIDTH - RIGHT}" stroke="#dddddd"/>`)
    out.push(`<text x="${LEFT - 6}" y="${y}" dy="4" text-anchor="end">${label}</text>`)
  }
  for (const tick of ticks(x0, x1)) {
    out.push(
      `<text x="${toX(tick).toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tick}</text>`,
    )
  }
  out.push(
    `<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escapeText(xLabel)}</text>`,
  )
  out.push(
    `<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
  )
  series.forEach(({ name, points, dashed = false }, i) => {
    const every = Math.ceil(points.length / MAX_POINTS)
    const kept = points.filter((_, k) => k % every === 0 || k === points.length - 1)
    const path = kept.map(([x, y]) => `${toX(x).toFixed(1)} ${toY(scaleValue(y)).toFixed(1)}`).join('L')
    const colour = COLOURS[i % COLOURS.length]
    const dash = dashed ? ' stroke-dasharray="5 4"' : ''
    out.push(`<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.6"${dash}/>`)
    out.push(`<text x="${LEFT + 10}" y="${TOP + 14 + 15 * i}" fill="${colour}">${escapeText(name)}</text>`)
  })
  return `${out.join('\n')}\n</svg>\n`
}
