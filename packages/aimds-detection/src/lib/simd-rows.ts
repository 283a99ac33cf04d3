// Rows of floats in a memory of WebAssembly, and the one function that works on them: the inner products of a query
// with all rows, four floats at a time. The module is assembled here: there is no binary to build or to review.
// Opcodes: WebAssembly core specification 2.0, appendix "Index of Instructions".

/** The part of the WebAssembly JavaScript interface that is used here; `lib` without DOM does not declare it. */
interface WasmInterface {
  readonly Memory: new (descriptor: {
    initial: number
  }) => { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports: { env: { memory: object } },
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}

export interface SimdRows {
  /** Floats of a row: `dimensions`, and zeros up to a multiple of 16. */
  readonly stride: number
  /** All rows. Replaced when there is room for more: read it again after `reserve`. */
  data: Float32Array
  /** Makes room for so many rows; keeps what is there. Throws RangeError when there is no memory. */
  reserve(rows: number): void
  /** Inner products of a query with the first `rows` rows, in single precision. Valid until the next call. */
  products(query: Float32Array, rows: number): Float32Array
}

const STEP_FLOATS = 16
const PAGE_BYTES = 65_536

const simd = (...op: number[]): number[] => [0xfd, ...op]
const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const add = (local: number, bytes: number): number[] => [
  ...get(local),
  0x41,
  ...signed(bytes),
  0x6a,
  ...set(local),
]
const isBelow = (a: number, b: number): number[] => [...get(a), ...get(b), 0x49]
const loop = (...code: number[][]): number[] => [0x03, 0x40, ...code.flat(), 0x0b]
const REPEAT_IF = [0x0d, 0]
const ZERO = simd(0x0c, ...new Array<number>(16).fill(0))
const F32X4_ADD = simd(0xe4, 0x01)
const F32X4_MUL = simd(0xe6, 0x01)
const F32_ADD = [0x92]
const F32_STORE = [0x38, 2, 0]

/** A number of one or two bytes in LEB128, positive. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, value >> 7]
}

const sized = (bytes: readonly number[]): number[] => [
  (bytes.length & 0x7f) | 0x80,
  bytes.length >> 7,
  ...bytes,
]
const section = (id: number, ...content: number[]): number[] => [id, ...sized(content)]
const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)]

/** `products(row, end, rowBytes, query, out)`: addresses in bytes; one row at least. */
function assemble(): Uint8Array<ArrayBuffer> {
  const [row, end, rowBytes, query, out, at, queryAt, rowEnd, first] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const sums = [0, 1, 2, 3].map((i) => first + i)
  const multiply = sums.map((sum, i) => [
    ...get(sum),
    ...[at, queryAt].flatMap((address) => [...get(address), ...simd(0, 4, 16 * i)]),
    ...F32X4_MUL,
    ...F32X4_ADD,
    ...set(sum),
  ])
  const lane = (i: number): number[] => [...get(first), ...simd(0x1f, i)]
  const body = [
    ...loop(
      [...get(row), ...set(at), ...get(query), ...set(queryAt)],
      [...get(row), ...get(rowBytes), 0x6a, ...set(rowEnd)],
      sums.flatMap((sum) => [...ZERO, ...set(sum)]),
      loop(...multiply, add(at, 64), add(queryAt, 64), isBelow(at, rowEnd), REPEAT_IF),
      [...get(first), ...get(first + 1), ...F32X4_ADD, ...get(first + 2), ...get(first + 3)],
      [...F32X4_ADD, ...F32X4_ADD, ...set(first)],
      [...get(out), ...lane(0), ...lane(1), ...F32_ADD, ...lane(2), ...lane(3), ...F32_ADD, ...F32_ADD],
      [...F32_STORE, ...add(out, 4), ...get(rowEnd), ...set(row), ...isBelow(row, end), ...REPEAT_IF],
    ),
    0x0b,
  ]
  const [i32, v128] = [0x7f, 0x7b]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 5, i32, i32, i32, i32, i32, 0),
    ...section(2, 1, ...text('env'), ...text('memory'), 2, 0, 1),
    ...section(3, 1, 0),
    ...section(7, 1, ...text('products'), 0, 0),
    ...section(10, 1, ...sized([2, 3, i32, 4, v128, ...body])),
  ])
}

/** Undefined in an engine without WebAssembly or SIMD, and where compiling is forbidden. */
export function createSimdRows(
  dimensions: number,
  wasm: WasmInterface | null = (globalThis as { WebAssembly?: WasmInterface }).WebAssembly ?? null,
): SimdRows | undefined {
  if (wasm === null) return undefined
  const stride = Math.ceil(dimensions / STEP_FLOATS) * STEP_FLOATS
  const rowBytes = 4 * stride
  try {
    const memory = new wasm.Memory({ initial: 1 })
    const { exports } = new wasm.Instance(new wasm.Module(assemble()), { env: { memory } })
    const run = exports['products'] as (...addresses: number[]) => void
    // The query, then the rows, then a product for each.
    let room = 0
    const rows: SimdRows = {
      stride,
      data: new Float32Array(0),
      reserve(wanted) {
        const pages = Math.ceil((rowBytes + wanted * (rowBytes + 4)) / PAGE_BYTES)
        const missing = pages - memory.buffer.byteLength / PAGE_BYTES
        if (missing > 0) memory.grow(missing)
        room = wanted
        rows.data = new Float32Array(memory.buffer, rowBytes, room * stride)
      },
      products(query, count) {
        const out = rowBytes + room * rowBytes
        if (count === 0) return new Float32Array(0)
        new Float32Array(memory.buffer, 0, stride).set(query)
        run(rowBytes, rowBytes + count * rowBytes, rowBytes, 0, out)
        return new Float32Array(memory.buffer, out, count)
      },
    }
    return rows
  } catch {
    return undefined
  }
}
