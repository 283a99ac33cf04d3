import { MidstreamError } from '@midstream/core'

/** What every saved state begins with. It is plain JSON: no NaN, no Infinity, no typed arrays. */
export interface SavedState {
  readonly kind: string
  readonly version: number
}

/**
 * Refuses a state of another kind, of another schema version, or saved under other options. `same` is asked
 * only about a state of this kind and version: all others have other fields.
 *
 * @throws MidstreamError STATE_INVALID
 */
export function checkSavedState(
  state: SavedState,
  kind: string,
  version: number,
  same: () => Readonly<Record<string, boolean>> = () => ({}),
): void {
  if (state.kind !== kind || state.version !== version) {
    throw new MidstreamError(
      'STATE_INVALID',
      `expected a state "${kind}" of version ${version}, got "${state.kind}" of version ${state.version}`,
      { details: { kind, version } },
    )
  }
  for (const [name, fits] of Object.entries(same())) {
    if (!fits) {
      throw new MidstreamError('STATE_INVALID', `the state of "${kind}" does not fit: ${name}`, {
        details: { kind, name },
      })
    }
  }
}

/** Copies saved numbers into an array of the same length. The caller has checked the state's options. */
export function loadNumbers(
  target: Float64Array | Uint32Array,
  saved: readonly number[],
  name: string,
): void {
  if (saved.length !== target.length || !saved.every(Number.isFinite)) {
    throw new MidstreamError('STATE_INVALID', `${name}: expected ${target.length} numbers`)
  }
  target.set(saved)
}
