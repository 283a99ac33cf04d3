/** Discrete Fourier transform in place, radix 2. The length is a power of two. O(n log n). */
export function fourier(re: Float64Array, im: Float64Array): void {
  const n = re.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      const x = re[i]!
      re[i] = re[j]!
      re[j] = x
      const y = im[i]!
      im[i] = im[j]!
      im[j] = y
    }
  }
  const cos = new Float64Array(n >> 1)
  const sin = new Float64Array(n >> 1)
  for (let k = 0; k < n >> 1; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n)
    sin[k] = -Math.sin((2 * Math.PI * k) / n)
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1
    const stride = n / size
    for (let start = 0; start < n; start += size) {
      for (let k = 0, t = 0; k < half; k++, t += stride) {
        const a = start + k
        const b = a + half
        const x = re[b]! * cos[t]! - im[b]! * sin[t]!
        const y = re[b]! * sin[t]! + im[b]! * cos[t]!
        re[b] = re[a]! - x
        im[b] = im[a]! - y
        re[a]! += x
        im[a]! += y
      }
    }
  }
}

/**
 * Autocorrelation at lags 0 … maxLag, each divided by the number of its products and by the power of the two
 * stretches that it multiplies: 1 means the same again, however far apart. O(n log n).
 */
export function longAutocorrelation(series: Float64Array, maxLag: number): Float64Array {
  const n = series.length
  let mean = 0
  for (const x of series) mean += x / n
  let size = 1
  while (size < n + maxLag + 1) size <<= 1
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  const power = new Float64Array(n + 1)
  for (let i = 0; i < n; i++) {
    const x = series[i]! - mean
    re[i] = x
    power[i + 1] = power[i]! + x * x
  }
  fourier(re, im)
  for (let k = 0; k < size; k++) {
    re[k] = re[k]! * re[k]! + im[k]! * im[k]!
    im[k] = 0
  }
  fourier(re, im)
  const result = new Float64Array(maxLag + 1)
  for (let lag = 0; lag <= maxLag; lag++) {
    const head = power[n - lag]!
    const tail = power[n]! - power[lag]!
    const scale = Math.sqrt(head * tail)
    result[lag] = scale > 0 ? re[lag]! / size / scale : 0
  }
  return result
}
