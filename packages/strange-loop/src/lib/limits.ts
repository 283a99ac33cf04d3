/** Checks of options: a wrong value is the caller's mistake, so a RangeError. */

export function requireInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, got ${value}`)
  }
}

/** Both ends excluded. */
export function requireBetween(name: string, value: number, low: number, high: number): void {
  if (!(value > low && value < high)) {
    throw new RangeError(`${name} must be between ${low} and ${high}, got ${value}`)
  }
}

export function requireAtLeast(name: string, value: number, min: number): void {
  if (!(value >= min) || value === Number.POSITIVE_INFINITY) {
    throw new RangeError(`${name} must be a finite number of at least ${min}, got ${value}`)
  }
}
