const keptRoundTrips = 8;
/** Of so many the least may be a chance. */
const enough = 5;

/**
 * Of the last round trips to a peer the least but one: what a busy machine or a full queue adds to one of them says nothing
 * about where the peer is. After J. Ledlie, P. Gardner, M. Seltzer, "Network Coordinates in the Wild", NSDI 2007, whose
 * filter is a low percentile of the last few.
 */
export class RoundTrips {
  #kept: readonly number[] = [];
  #ms = Number.POSITIVE_INFINITY;

  add(ms: number): void {
    this.#kept = [...this.#kept, ms].slice(-keptRoundTrips);
    const [least = ms, next = least] = [...this.#kept].sort((left, right) => left - right);
    this.#ms = this.#kept.length < enough ? least : next;
  }

  /** Milliseconds; Infinity before the first. */
  get ms(): number {
    return this.#ms;
  }
}
