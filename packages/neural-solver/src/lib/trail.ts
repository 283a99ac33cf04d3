/** The residuals on the way from the first to the present one, without detours: a stack. */
export interface Trail {
  /** Residuals, and the event and letter that led to each. */
  stack: Int32Array
  entered: Float64Array
  letter: Int32Array
  /** For each residual where it last stood on the stack. */
  depth: Int32Array
  top: number
}

export function createTrail(initial: number): Trail {
  const size = initial + 4
  const trail: Trail = {
    stack: new Int32Array(size),
    entered: new Float64Array(size),
    letter: new Int32Array(size),
    depth: new Int32Array(size),
    top: 0,
  }
  trail.stack[0] = initial
  return trail
}

/** Notes that an event led to this residual. O(1). */
export function follow(trail: Trail, residual: number, event: number, letter: number): void {
  if (residual >= trail.depth.length) widenTrail(trail, residual * 2)
  const depth = trail.depth[residual]!
  if (depth <= trail.top && trail.stack[depth] === residual) {
    // Back where the way has been: what happened since then did not matter.
    trail.top = depth
    return
  }
  const top = trail.top + 1
  trail.top = top
  trail.depth[residual] = top
  trail.stack[top] = residual
  trail.entered[top] = event
  trail.letter[top] = letter
}

/** The stack holds each residual once, so it is never longer than there are residuals. */
function widenTrail(trail: Trail, size: number): void {
  const widen = <T extends Int32Array | Float64Array>(old: T, next: T): T => {
    next.set(old)
    return next
  }
  trail.stack = widen(trail.stack, new Int32Array(size))
  trail.entered = widen(trail.entered, new Float64Array(size))
  trail.letter = widen(trail.letter, new Int32Array(size))
  trail.depth = widen(trail.depth, new Int32Array(size))
}

/** Events and letters from the first residual to the present one. */
export function wayOf(trail: Trail): (readonly [number, number])[] {
  return Array.from({ length: trail.top }, (_, i) => [trail.entered[i + 1]!, trail.letter[i + 1]!] as const)
}
