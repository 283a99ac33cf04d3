// xoshiro128++ 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021).
// The state is four words of 32 bits, so that it can be saved. Not for secrets.

/** A state from any safe integer: close seeds give unrelated states. */
export function seedState(seed: number): Uint32Array {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a safe integer, got ${seed}`)
  const low = seed | 0
  const high = Math.floor(seed / 2 ** 32) | 0
  const state = new Uint32Array(4)
  for (let i = 0; i < 4; i++)
    state[i] = scramble(low + Math.imul(i + 1, 0x9e3779b9)) ^ scramble(high ^ (i + 1))
  // The generator stays at zero for ever when all four words are zero.
  if ((state[0]! | state[1]! | state[2]! | state[3]!) === 0) state[0] = 1
  return state
}

/** The finalizer of MurmurHash3: a permutation of 32 bits. */
function scramble(word: number): number {
  let z = word | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return z ^ (z >>> 16)
}

/** The next 32 bits, as an unsigned integer. */
export function nextWord(state: Uint32Array): number {
  const s0 = state[0]! | 0
  let s1 = state[1]! | 0
  let s2 = state[2]! | 0
  let s3 = state[3]! | 0
  const sum = (s0 + s3) | 0
  const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0
  const shifted = s1 << 9
  s2 ^= s0
  s3 ^= s1
  s1 ^= s2
  state[0] = s0 ^ s3
  state[1] = s1
  state[2] = s2 ^ shifted
  state[3] = (s3 << 11) | (s3 >>> 21)
  return result
}

/** Uniform in the open interval (0, 1), 32 bits. */
export function nextUniform(state: Uint32Array): number {
  return (nextWord(state) + 0.5) * 2 ** -32
}

/** Fills `out` with independent standard normal numbers (Box and Muller, 1958). */
export function fillNormals(state: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(nextUniform(state)))
    const angle = 2 * Math.PI * nextUniform(state)
    out[i] = radius * Math.cos(angle)
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle)
  }
}
