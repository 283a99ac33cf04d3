import type { ModuleBuilder } from './wasm-assembler.ts'

/** The part of the WebAssembly JavaScript interface that is used here; `lib` without DOM does not declare it. */
interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

export interface WebAssemblyInterface {
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports: { env: { memory: WasmMemory } },
  ) => { readonly exports: Record<string, unknown> }
}

export type WasmFunction = (...parameters: number[]) => number

/** A memory that grows, and the modules that work on it. */
export interface WasmHost {
  /** Replaced when the memory grows: read it again after `reserve`. */
  readonly cells: Float64Array
  /** Makes room for so many doubles; keeps what is there. */
  reserve(doubles: number): void
  /** The module's exported function, or undefined where it cannot be compiled. */
  instantiate(module: ModuleBuilder, name: string): WasmFunction | undefined
}

const PAGE_DOUBLES = 8192

/** With null, or in an engine without WebAssembly, the memory is an ordinary array and `instantiate` gives undefined. */
export function createHost(
  wasm: WebAssemblyInterface | null = (globalThis as { WebAssembly?: WebAssemblyInterface }).WebAssembly ??
    null,
): WasmHost {
  const memory = wasm === null ? undefined : new wasm.Memory({ initial: 1 })
  // `cells` is a plain property, which engines read faster than a getter.
  const host = {
    cells: new Float64Array(memory?.buffer ?? new ArrayBuffer(PAGE_DOUBLES * 8)),
    reserve(doubles: number): void {
      const missing = doubles - host.cells.length
      if (missing <= 0) return
      const pages = Math.ceil(Math.max(missing, host.cells.length) / PAGE_DOUBLES)
      if (memory === undefined) {
        const grown = new Float64Array(host.cells.length + pages * PAGE_DOUBLES)
        grown.set(host.cells)
        host.cells = grown
      } else {
        memory.grow(pages)
        host.cells = new Float64Array(memory.buffer)
      }
    },
    instantiate(module: ModuleBuilder, name: string): WasmFunction | undefined {
      if (wasm === null || memory === undefined) return undefined
      try {
        const { exports } = new wasm.Instance(new wasm.Module(module.bytes()), { env: { memory } })
        return exports[name] as WasmFunction
      } catch {
        // No SIMD in this engine, or a content security policy that forbids compiling. The plain loops do the
        // same arithmetic in the same order.
        return undefined
      }
    },
  }
  return host
}

let scratch: WasmHost | undefined

/**
 * The memory of this copy of the package for everything that runs to its end within one call. Nothing in it
 * outlives a call. It grows to the largest request and never shrinks.
 */
export function sharedScratch(): WasmHost {
  scratch ??= createHost()
  return scratch
}
