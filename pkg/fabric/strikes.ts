import type { Clock } from "../clock/index.ts";

/** So many failures of a pair within the window, and it is held to be one that does not work. */
const limit = 3;
const windowMs = 60_000;
const holdMs = 2 * 60_000;

interface Record {
  readonly failures: readonly number[];
  readonly heldUntil: number;
}

/** Which parents have not worked for which children, for a while. */
export class Strikes {
  readonly #clock: Clock;
  readonly #records = new Map<string, Map<string, Record>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True where this is the one from which on the pair is not used. */
  add(childUid: string, parentUid: string): boolean {
    const now = this.#clock.monotonic();
    const known = this.#records.get(childUid)?.get(parentUid);
    if (known !== undefined && known.heldUntil > now) return false;
    const failures = [...(known?.failures ?? []).filter((at) => now - at < windowMs), now];
    if (failures.length >= limit) return this.hold(childUid, parentUid);
    this.#set(childUid, parentUid, { failures, heldUntil: 0 });
    return false;
  }

  /** The pair is not used from now on. True where it was until now. */
  hold(childUid: string, parentUid: string): boolean {
    if (this.holds(childUid, parentUid)) return false;
    this.#set(childUid, parentUid, { failures: [], heldUntil: this.#clock.monotonic() + holdMs });
    return true;
  }

  holds(childUid: string, parentUid: string): boolean {
    return (this.#records.get(childUid)?.get(parentUid)?.heldUntil ?? 0) > this.#clock.monotonic();
  }

  /** Parents that are not used for the child. */
  of(childUid: string): readonly string[] {
    return [...(this.#records.get(childUid)?.keys() ?? [])].filter((parentUid) => this.holds(childUid, parentUid));
  }

  forget(childUid: string): void {
    this.#records.delete(childUid);
  }

  #set(childUid: string, parentUid: string, record: Record): void {
    const records = this.#records.get(childUid) ?? new Map<string, Record>();
    this.#records.set(childUid, records.set(parentUid, record));
  }
}
