import { RoundTrips } from "./round-trips.ts";
import { type Located, relocate, unlocated } from "./vivaldi.ts";

/** Where one machine is, by what it has measured so far. */
export class Locator {
  readonly #random: () => number;
  readonly #springs = new Map<string, { readonly trips: RoundTrips; peer: Located }>();
  #located = unlocated;
  #samples = 0;

  /** `random` gives 0 ≤ it < 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  get located(): Located {
    return this.#located;
  }

  /** Round trips that were measured in all. */
  get samples(): number {
    return this.#samples;
  }

  /** By peer: the round trip to it, milliseconds. */
  get roundTrips(): ReadonlyMap<string, number> {
    return new Map([...this.#springs].map(([uid, { trips }]) => [uid, trips.ms]));
  }

  /** A peer has answered, and says where it is. */
  measured(uid: string, roundTripMs: number, peer: Located): void {
    const spring = this.#springs.get(uid) ?? { trips: new RoundTrips(), peer };
    this.#springs.set(uid, spring);
    spring.trips.add(roundTripMs);
    spring.peer = peer;
    this.#samples++;
    const springs = [...this.#springs.values()].map((one) => ({ peer: one.peer, roundTripMs: one.trips.ms }));
    this.#located = relocate(this.#located, springs, this.#samples, this.#random);
  }

  /** Forgets all peers but these. */
  keep(uids: ReadonlySet<string>): void {
    for (const uid of this.#springs.keys()) if (!uids.has(uid)) this.#springs.delete(uid);
  }
}
