/**
 * The little of a WebAssembly assembler that the kernels need. Expressions are nested lists of bytes, operands
 * first, so that code reads like the formula: `f64x2.add(get(a), get(b))`.
 *
 * Opcodes: WebAssembly core specification 2.0, appendix "Index of Instructions".
 */
export type Code = number | readonly Code[]

export type ValueType = 'i32' | 'f64' | 'v128'

/** A local variable of a function under construction. */
export interface Local {
  readonly index: number
  readonly type: ValueType
}

/** A list of so many locals. */
type Locals<N extends number, L extends Local[] = []> = L['length'] extends N ? L : Locals<N, [...L, Local]>

export interface FunctionBuilder {
  local(type: ValueType): Local
  locals<N extends number>(count: N, type: ValueType): Locals<N>
  /** Ends the function. The code must leave a value of the result type on the stack. */
  body(...code: readonly Code[]): void
}

export interface ModuleBuilder {
  func(
    name: string,
    parameters: readonly ValueType[],
    result: ValueType,
    define: (f: FunctionBuilder, ...parameters: Local[]) => void,
  ): void
  /** The finished module. It imports one memory, `env.memory`. */
  bytes(): Uint8Array<ArrayBuffer>
}

const TYPE_CODES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b }

function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
  } while (rest !== 0)
  return bytes
}

function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
    bytes.push(done ? low : low | 0x80)
    if (done) return bytes
  }
}

function flatten(code: Code, out: number[]): number[] {
  if (typeof code === 'number') out.push(code)
  else for (const part of code) flatten(part, out)
  return out
}

function float64(value: number): number[] {
  return [...new Uint8Array(new Float64Array([value]).buffer)]
}

/** An offset is in bytes and constant; every access of the kernels is aligned to 8. */
function access(offset: number): number[] {
  return [3, ...unsigned(offset)]
}

const simd = (op: number): number[] => [0xfd, ...unsigned(op)]
type Unary = (a: Code) => Code
type Binary = (a: Code, b: Code) => Code

const unary =
  (op: readonly number[]): Unary =>
  (a) => [a, op]
const binary =
  (op: readonly number[]): Binary =>
  (a, b) => [a, b, op]

export const get = (local: Local): Code => [0x20, unsigned(local.index)]
export const set = (local: Local, value: Code): Code => [value, 0x21, unsigned(local.index)]

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  load: (address: Code, offset = 0): Code => [address, 0x28, 2, unsigned(offset)],
  add: binary([0x6a]) as Binary,
  sub: binary([0x6b]) as Binary,
  shl: binary([0x74]) as Binary,
  and: binary([0x71]) as Binary,
  or: binary([0x72]) as Binary,
  lt: binary([0x48]) as Binary,
  gt: binary([0x4a]) as Binary,
  le: binary([0x4c]) as Binary,
  min: (a: Local, b: Local): Code => [get(a), get(b), get(a), get(b), 0x48, 0x1b],
  max: (a: Local, b: Local): Code => [get(a), get(b), get(a), get(b), 0x4a, 0x1b],
} as const

export const f64 = {
  const: (value: number): Code => [0x44, float64(value)],
  load: (address: Code, offset = 0): Code => [address, 0x2b, access(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0x39, access(offset)],
  fromI32: unary([0xb7]) as Unary,
  add: binary([0xa0]) as Binary,
  sub: binary([0xa1]) as Binary,
  mul: binary([0xa2]) as Binary,
  div: binary([0xa3]) as Binary,
  sqrt: unary([0x9f]) as Unary,
  /** NaN when either is. */
  max: binary([0xa5]) as Binary,
  gt: binary([0x64]) as Binary,
  le: binary([0x65]) as Binary,
  lt: binary([0x63]) as Binary,
} as const

export const v128 = {
  load: (address: Code, offset = 0): Code => [address, simd(0x00), access(offset)],
  loadSplat64: (address: Code, offset = 0): Code => [address, simd(0x0a), access(offset)],
  /** The low lane from memory, the high lane 0. */
  loadZero64: (address: Code, offset = 0): Code => [address, simd(0x5d), access(offset)],
  loadLane64: (address: Code, value: Code, lane: number, offset = 0): Code => [
    address,
    value,
    simd(0x57),
    access(offset),
    lane,
  ],
  anyTrue: unary(simd(0x53)) as Unary,
  or: binary(simd(0x50)) as Binary,
  store: (address: Code, value: Code, offset = 0): Code => [address, value, simd(0x0b), access(offset)],
  storeLane64: (address: Code, value: Code, lane: number, offset = 0): Code => [
    address,
    value,
    simd(0x5b),
    access(offset),
    lane,
  ],
  and: binary(simd(0x4e)) as Binary,
  select: (ifSet: Code, otherwise: Code, mask: Code): Code => [ifSet, otherwise, mask, simd(0x52)],
} as const

export const f64x2 = {
  const: (low: number, high: number): Code => [simd(0x0c), float64(low), float64(high)],
  splat: unary(simd(0x14)) as Unary,
  lane: (value: Code, lane: number): Code => [value, simd(0x21), lane],
  /** Lanes 0 and 1 are those of `a`, lanes 2 and 3 those of `b`. */
  shuffle: (a: Code, b: Code, low: number, high: number): Code => {
    const lanes = [low, high].flatMap((lane) => Array.from({ length: 8 }, (_, byte) => lane * 8 + byte))
    return [a, b, simd(0x0d), lanes]
  },
  le: binary(simd(0x4b)) as Binary,
  ge: binary(simd(0x4c)) as Binary,
  gt: binary(simd(0x4a)) as Binary,
  abs: unary(simd(0xec)) as Unary,
  add: binary(simd(0xf0)) as Binary,
  sub: binary(simd(0xf1)) as Binary,
  mul: binary(simd(0xf2)) as Binary,
  /** `b < a ? b : a`, one machine instruction, unlike the NaN-propagating `min`. */
  pmin: binary(simd(0xf6)) as Binary,
  /** `a < b ? b : a`. */
  pmax: binary(simd(0xf7)) as Binary,
} as const

/** Repeats while the condition holds; tests before the first round. */
export function whileLoop(condition: Code, ...body: readonly Code[]): Code {
  return [0x02, 0x40, 0x03, 0x40, condition, 0x45, 0x0d, 1, body, 0x0c, 0, 0x0b, 0x0b]
}

export function when(condition: Code, ...body: readonly Code[]): Code {
  return [condition, 0x04, 0x40, body, 0x0b]
}

export function whenElse(condition: Code, yes: readonly Code[], no: readonly Code[]): Code {
  return [condition, 0x04, 0x40, yes, 0x05, no, 0x0b]
}

/** Leaves the function with the value. */
export const giveBack = (value: Code): Code => [value, 0x0f]

function section(id: number, content: readonly Code[]): Code {
  const bytes = flatten(content, [])
  return [id, unsigned(bytes.length), bytes]
}

export function createModule(): ModuleBuilder {
  const types: Code[] = []
  const exports: Code[] = []
  const bodies: Code[] = []

  return {
    func(name, parameters, result, define) {
      const locals: Local[] = parameters.map((type, index) => ({ index, type }))
      types.push([
        0x60,
        unsigned(parameters.length),
        parameters.map((type) => TYPE_CODES[type]),
        1,
        TYPE_CODES[result],
      ])
      exports.push([unsigned(name.length), [...name].map((c) => c.charCodeAt(0)), 0, unsigned(bodies.length)])
      let code: readonly Code[] = []
      const builder: FunctionBuilder = {
        local(type) {
          const local = { index: locals.length, type }
          locals.push(local)
          return local
        },
        locals<N extends number>(count: N, type: ValueType) {
          return Array.from({ length: count }, () => builder.local(type)) as Locals<N>
        },
        body(...parts) {
          code = parts
        },
      }
      define(builder, ...locals.slice())
      const own = locals.slice(parameters.length)
      const bytes = flatten(
        [unsigned(own.length), own.map(({ type }) => [1, TYPE_CODES[type]]), code, 0x0b],
        [],
      )
      bodies.push([unsigned(bytes.length), bytes])
    },
    bytes() {
      const count = unsigned(bodies.length)
      const memory = [...'env', ...'memory'].map((c) => c.charCodeAt(0))
      return new Uint8Array(
        flatten(
          [
            [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
            section(1, [count, types]),
            section(2, [1, 3, memory.slice(0, 3), 6, memory.slice(3), 2, 0, 0]),
            section(3, [count, bodies.map((_, index) => unsigned(index))]),
            section(7, [count, exports]),
            section(10, [count, bodies]),
          ],
          [],
        ),
      )
    },
  }
}
