/** Pieces that one run of `warp` compares with the query together. */
export const WARP_LANES = 4
/** Points that `scan` adds between two looks at the limit; the tables are padded to a multiple of it. */
export const KEOGH_CHUNK = 8
/** What `scan` keeps between calls, as offsets in doubles. */
export const SCAN_STATE = {
  sum: 0,
  squares: 1,
  shift: 2,
  first: 3,
  last: 4,
  kim: 5,
  keogh: 6,
  /** The most that `squares` has been since the sums were last taken from the samples: its rounding stays. */
  peak: 7,
  size: 8,
} as const
/** A variance below this share of the greatest sum of squares, by point, has lost too many digits. */
export const CANCELLED = 1e-5
/** Bounds come from running sums; a piece is only dropped when it loses by more than their error. */
export const SLACK: number = 1 + 1e-9
