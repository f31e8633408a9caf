import type { Trace } from "../trace.ts";

/** What must hold at every step. */
export type Invariant =
  | "OneHolder"
  | "AtMostOnce"
  | "BarrierHeld"
  | "WriteKept"
  | "RoomKept"
  | "NothingLeft"
  | "NothingRestarted"
  | "NobodySleeps"
  | "Converged";

export interface Violation {
  readonly invariant: Invariant;
  /** Virtual milliseconds. */
  readonly at: number;
  readonly message: string;
}

/** What was seen that must never be. */
export class Violations {
  readonly #trace: Trace;
  readonly #now: () => number;
  readonly #found: Violation[] = [];

  constructor(trace: Trace, now: () => number) {
    this.#trace = trace;
    this.#now = now;
  }

  get found(): readonly Violation[] {
    return this.#found;
  }

  report(invariant: Invariant, message: string): void {
    this.#found.push({ invariant, at: this.#now(), message });
    this.#trace.note(`VIOLATION ${invariant}: ${message}`);
  }
}
