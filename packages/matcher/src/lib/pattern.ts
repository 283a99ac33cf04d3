/** One thing to look for. Exactly one of `regex` and `literal` is given. */
export interface Pattern {
  /** Names the pattern in matches and errors. Several patterns may share an id. */
  readonly id: string
  /** A regular expression in the supported subset (see the README). */
  readonly regex?: string
  /** A text that is matched as it stands. */
  readonly literal?: string
  /** Ignore case by Unicode simple case folding, like the flags `iu`. @default false */
  readonly caseInsensitive?: boolean
  /** A character class: the match may not start right after a code unit of it. */
  readonly notAfter?: string
  /** A character class: the match may not end right before a code unit of it. */
  readonly notBefore?: string
  /**
   * Called with the text of a candidate; `false` vetoes it. It must depend on nothing but the text, and its
   * time should be linear in it. What it throws leaves `push` and ends the session.
   */
  readonly validate?: (match: string) => boolean
}

/** A span that a pattern matched. Offsets count UTF-16 code units from the start of the text. */
export interface Match {
  /** Index of the pattern in the list given to `compileMatcher`. */
  readonly pattern: number
  readonly id: string
  readonly start: number
  /** One past the last code unit. */
  readonly end: number
  readonly text: string
}

/** Where a session leaves what it decided. Called only inside `push` and `end`. */
export interface MatcherSink {
  /** Matches arrive sorted by (start, end, pattern). */
  match(match: Match): void
  /**
   * A match attempt grew past `maxHoldChars`: the text from `start` to `end` was not decided. The span is empty
   * when the attempt had accepted all of it; what follows may then be the rest of the match.
   */
  overflow(patternId: string, start: number, end: number): void
}

/** One text under inspection. */
export interface MatcherSession {
  /**
   * Feeds the next text. Returns the cleared offset: no later match or overflow starts before it. O(length).
   *
   * @throws MidstreamError SESSION_ENDED after `end`.
   */
  push(text: string): number
  /** The same for code units `from` to `to` of an array, for a text that is derived from another one. */
  pushUnits(units: Uint16Array, from: number, to: number): number
  /** Ends the text: everything undecided is decided. */
  end(): void
}

export interface MatcherOptions {
  /** Longest match, and most text that waits for a decision, in UTF-16 code units. @default 8192 */
  readonly maxHoldChars?: number
  /** Ceiling of the tables of one automaton, in bytes; at most 16 MiB. @default 16777216 */
  readonly maxTableBytes?: number
  /** Regular expressions that share one automaton. @default 256 */
  readonly patternsPerShard?: number
}

export interface Matcher {
  readonly patterns: readonly Pattern[]
  /** Longest possible match in code units; Infinity when some pattern is unbounded. */
  readonly maxMatchChars: number
  /** Longest possible match of each pattern in code units. */
  readonly maxMatchCharsOf: readonly number[]
  /** Starts one text. */
  open(sink: MatcherSink): MatcherSession
  /**
   * Matches of a whole text, sorted by (start, end, pattern).
   *
   * @throws MidstreamError HOLD_LIMIT when a match attempt grew past `maxHoldChars`.
   */
  scan(text: string): Match[]
}
