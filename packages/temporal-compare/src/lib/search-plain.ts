import { CANCELLED, KEOGH_CHUNK, SCAN_STATE, SLACK, WARP_LANES } from './search-layout.ts'
import type { WasmFunction, WasmHost } from './wasm-host.ts'

const DOUBLE = 8

/** What the kernel `scan` does, without WebAssembly. */
export function plainScan(host: WasmHost): WasmFunction {
  return (bufferAt, end, to, m, orderAt, upperAt, lowerAt, stateAt, best) => {
    const { cells } = host
    const order = new Int32Array(cells.buffer, orderAt, m)
    const [buffer, upper, lower, state] = [bufferAt!, upperAt!, lowerAt!, stateAt!].map(
      (at) => at / DOUBLE,
    ) as [number, number, number, number]
    const shift = cells[state + SCAN_STATE.shift]!
    const first = cells[state + SCAN_STATE.first]!
    const last = cells[state + SCAN_STATE.last]!
    let sum = cells[state + SCAN_STATE.sum]!
    let squares = cells[state + SCAN_STATE.squares]!
    let peak = cells[state + SCAN_STATE.peak]!

    function keoghExceeds(start: number, center: number, scale: number): boolean {
      let bound = 0
      for (let k = 0; k < m!; k++) {
        const x = (cells[start + order[k]! / DOUBLE]! - center) * scale
        const excess = Math.max(x - cells[upper + k]!, cells[lower + k]! - x, 0)
        bound += excess * excess
        if (k % KEOGH_CHUNK === KEOGH_CHUNK - 1 && bound > best! * SLACK) return true
      }
      return bound > best! * SLACK
    }

    function drops(start: number): boolean {
      const mean = sum * (1 / m!)
      const variance = squares * (1 / m!) - mean * mean
      if (!(variance > peak * (1 / m!) * CANCELLED)) return false
      const center = mean + shift
      const deviation = Math.sqrt(variance)
      const x = cells[start]! - center - first * deviation
      const y = cells[start + m! - 1]! - center - last * deviation
      const kim = x * x + y * y > best! * variance * SLACK
      if (!kim && !keoghExceeds(start, center, 1 / deviation)) return false
      cells[state + (kim ? SCAN_STATE.kim : SCAN_STATE.keogh)]!++
      return true
    }

    let survivor = to!
    for (let at = end!; at < to! && survivor === to; at++) {
      const entering = cells[buffer + at]! - shift
      sum += entering
      squares += entering * entering
      peak = Math.max(peak, squares)
      const start = buffer + at - m! + 1
      if (!drops(start)) survivor = at
      const leaving = cells[start]! - shift
      sum -= leaving
      squares -= leaving * leaving
    }
    cells[state + SCAN_STATE.sum] = sum
    cells[state + SCAN_STATE.squares] = squares
    cells[state + SCAN_STATE.peak] = peak
    return survivor
  }
}

/** What the kernel `warp` does, without WebAssembly, one piece after the other. */
export function plainWarp(host: WasmHost): WasmFunction {
  return (piecesAt, restAt, rowAt, queryAt, m, radius, limit) => {
    const { cells } = host
    const [pieces, rest, row, query] = [piecesAt!, restAt!, rowAt!, queryAt!].map((at) => at / DOUBLE) as [
      number,
      number,
      number,
      number,
    ]
    let within = 0
    for (let p = 0; p < WARP_LANES; p++) {
      const cell = (column: number): number => row + WARP_LANES * (column + 1) + p
      for (let j = -1; j < m!; j++) cells[cell(j)] = j < 0 ? 0 : Number.POSITIVE_INFINITY
      for (let i = 0; i < m!; i++) {
        const x = cells[pieces + WARP_LANES * i + p]!
        const from = Math.max(0, i - radius!)
        const to = Math.min(m!, i + radius! + 1)
        let diagonal = cells[cell(from - 1)]!
        let left = Number.POSITIVE_INFINITY
        let least = left
        cells[cell(from - 1)] = left
        for (let j = from; j < to; j++) {
          const up = cells[cell(j)]!
          const difference = x - cells[query + j]!
          left = Math.min(Math.min(diagonal, up), left) + difference * difference
          cells[cell(j)] = left
          least = Math.min(least, left)
          diagonal = up
        }
        if (least + cells[rest + WARP_LANES * to + p]! > limit!) {
          cells[cell(m! - 1)] = Number.POSITIVE_INFINITY
          break
        }
      }
      if (cells[cell(m! - 1)]! <= limit!) within = 1
    }
    return within
  }
}
