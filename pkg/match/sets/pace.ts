/**
 * The pace of a search, which is done in pieces: between two of them whoever runs it may do something else, and says how
 * much of the time is spent. Nothing here knows of time itself.
 */
export interface Pace {
  /** There is a set: from now on time counts, which is for finding a better one. Set by the search. */
  hasSet: boolean;
  /** From 0 to 1, where it is over. Set by whoever runs the search. */
  spent: number;
}

/** A search: it pauses after each piece of work. */
export type Search<T> = Generator<undefined, T, undefined>;

/** What a part of a search may take. */
export interface Time {
  readonly isOver: boolean;
}

/** Pairs of machines that are compared in one piece: a few milliseconds. */
export const pieceSteps = 100_000;

/** The time until this share of all is spent. */
export function timeUntil(pace: Pace, share: number): Time {
  return {
    get isOver() {
      return pace.spent >= share;
    },
  };
}

export function newPace(): Pace {
  return { hasSet: false, spent: 0 };
}

/** Runs a search at once; its time is over after so many pieces. */
export function runPieces<T>(search: Search<T>, pace: Pace, pieces: number): T {
  for (let spent = 0; ; ) {
    const { done, value } = search.next();
    if (done === true) return value;
    if (pace.hasSet) pace.spent = ++spent / pieces;
  }
}
