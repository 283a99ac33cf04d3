import { createHost, type WasmHost } from './wasm-host.ts'

/**
 * Numbers that outlive a call, of many owners, in one memory that WebAssembly kernels can reach. An engine reserves
 * address space for each memory, so one for each object would run out after some hundreds.
 */
export interface Arena {
  /** Room for so many doubles, all 0. It is given back when the object returned is collected: use it to the end. */
  allocate(doubles: number): Room
  /** Holds the cells, which are replaced when the arena grows: read them again in every call. */
  readonly host: WasmHost
}

/** Part of the arena. */
export interface Room {
  /** In doubles. */
  readonly offset: number
}

const SMALLEST = 64

let shared: Arena | undefined

/** The one arena of this copy of the package; made at the first call. */
export function sharedArena(): Arena {
  shared ??= createArena(createHost())
  return shared
}

export function createArena(host: WasmHost): Arena {
  /** Offsets of free room, by size. Sizes are powers of two. */
  const free = new Map<number, number[]>()
  let used = 0
  const release = (room: { offset: number; size: number }): void => {
    const list = free.get(room.size)
    if (list === undefined) free.set(room.size, [room.offset])
    else list.push(room.offset)
  }
  const registry = new FinalizationRegistry(release)

  return {
    allocate(doubles) {
      let size = SMALLEST
      while (size < doubles) size *= 2
      let offset = free.get(size)?.pop()
      if (offset === undefined) {
        offset = used
        host.reserve(used + size)
        used += size
      }
      host.cells.fill(0, offset, offset + size)
      const room = { offset }
      registry.register(room, { offset, size })
      return room
    },
    host,
  }
}
