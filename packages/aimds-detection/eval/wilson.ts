/** A share with its 95 % Wilson score interval, as `12/15 80.0 % [54.8, 93.0]`. */
export function share(hits: number, total: number): string {
  if (total === 0) return '0/0'
  const z = 1.959964
  const p = hits / total
  const centre = (p + (z * z) / (2 * total)) / (1 + (z * z) / total)
  const half = (z * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total))) / (1 + (z * z) / total)
  const percent = (value: number): string => (100 * value).toFixed(1)
  return `${hits}/${total} ${percent(p)} % [${percent(Math.max(0, centre - half))}, ${percent(Math.min(1, centre + half))}]`
}
