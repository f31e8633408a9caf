import type { BarrierAnswer, BarrierReport } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { ReportHaste } from "../report/report-hub.ts";

/** Rounds that a run has passed, by barrier: what must outlive the agent, so that none is entered twice. */
export type PassedRounds = Readonly<Record<string, number>>;

export interface BarrierBookOptions {
  readonly passed: PassedRounds;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** What is reported has changed. Others wait for an entry, for a place that is given back; nobody for a passing. */
  readonly onChange: (haste: ReportHaste) => void;
  /** Rounds that have been passed, each time that one is. */
  readonly onPassed: (passed: PassedRounds) => void;
  /** The run came too late where nobody is let in then. */
  readonly onRejected: (answer: BarrierAnswer) => void;
}

interface Entry {
  readonly round?: number;
  readonly state: BarrierReport["state"];
  readonly at: string;
  readonly answer?: BarrierAnswer;
  /** Somebody was told the answer. Until then the next question is for the same entry. */
  readonly isDelivered: boolean;
}

type Waiter = (answer: BarrierAnswer) => void;

/** One run's way through barriers. A question that is asked again, after a broken connection say, is the same entry. */
export class BarrierBook {
  readonly #options: BarrierBookOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #passed: Map<string, number>;

  constructor(options: BarrierBookOptions) {
    this.#options = options;
    this.#passed = new Map(Object.entries(options.passed));
    const at = this.#now();
    for (const [name, round] of this.#passed) {
      this.#entries.set(name, { round, state: "Passed", at, isDelivered: true });
    }
  }

  /**
   * Enters a barrier and resolves with its answer; rejects with the reason of `signal`, which leaves the entry standing.
   * `round` absent: the one after the last that this run has passed, at first whichever is open. Throws Conflict for a
   * round that lies behind.
   */
  enter(name: string, round: number | undefined, signal: AbortSignal): Promise<BarrierAnswer> {
    const known = this.#entries.get(name);
    if (known?.answer !== undefined && isSame(known, round)) {
      this.#entries.set(name, { ...known, isDelivered: true });
      return Promise.resolve(known.answer);
    }
    const passed = this.#passed.get(name);
    if (round !== undefined && passed !== undefined && round <= passed) {
      throw new StatusError("Conflict", `round ${round} of barrier ${name} lies behind: round ${passed} was passed`);
    }
    const wanted = round ?? (passed === undefined ? undefined : passed + 1);
    const isKnown = known?.state === "Waiting" && (round === undefined || known.round === round);
    if (!isKnown) {
      this.#change(name, { ...(wanted !== undefined && { round: wanted }), state: "Waiting", at: this.#now() });
    }
    return this.#wait(name, signal);
  }

  /** Gives up the place that passing took, or the wish to enter. */
  leave(name: string): void {
    const known = this.#entries.get(name);
    if (known === undefined || known.state === "Left") return;
    const round = known.round === undefined ? {} : { round: known.round };
    this.#change(name, { ...round, state: "Left", at: this.#now() });
  }

  /**
   * Takes what the server answers; what was answered before, or is for an earlier entry, changes nothing. Who came too
   * late for one round may be answered for a later one.
   */
  settle(answer: BarrierAnswer): void {
    const { name, round, outcome, entryAt } = answer;
    const entry = this.#entries.get(name);
    if (entry?.state !== "Waiting" || (entry.round !== undefined && round < entry.round)) return;
    if (entryAt !== undefined && entryAt !== entry.at) return;
    const waiters = [...(this.#waiters.get(name) ?? [])];
    this.#waiters.delete(name);
    if (outcome === "Pass") {
      this.#passed.set(name, round);
      this.#options.onPassed(Object.fromEntries(this.#passed));
    }
    const state = outcome === "Pass" ? "Passed" : "Left";
    this.#entries.set(name, { round, state, at: entry.at, answer, isDelivered: waiters.length > 0 });
    for (const tell of waiters) tell(answer);
    if (outcome === "Reject") this.#options.onRejected(answer);
    this.#options.onChange(outcome === "Pass" ? "late" : "soon");
  }

  reports(): readonly BarrierReport[] {
    return [...this.#entries].map(([name, { round, state, at }]) => {
      return { name, ...(round !== undefined && { round }), state, at };
    });
  }

  #wait(name: string, signal: AbortSignal): Promise<BarrierAnswer> {
    const waiters = this.#waiters.get(name) ?? new Set();
    this.#waiters.set(name, waiters);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        waiters.delete(tell);
        reject(signal.reason);
      };
      const tell: Waiter = (answer) => {
        signal.removeEventListener("abort", end);
        resolve(answer);
      };
      waiters.add(tell);
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    });
  }

  #change(name: string, entry: Omit<Entry, "isDelivered">): void {
    this.#entries.set(name, { ...entry, isDelivered: false });
    this.#options.onChange("now");
  }

  #now(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

/** Asked again, or for the first time by somebody who can hear the answer. */
function isSame({ answer, isDelivered }: Entry, round: number | undefined): boolean {
  return round === undefined ? !isDelivered : answer?.round === round && answer.outcome === "Pass";
}
