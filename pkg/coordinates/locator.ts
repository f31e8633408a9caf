import { RoundTrips } from "./round-trips.ts";
import { type Located, misfit, relocate, unlocated } from "./vivaldi.ts";

/** After so many round trips a machine has found its place, and stays there. */
const findingSamples = 150;
/** And so many more where it has left it. */
const movingSamples = 60;
/** It leaves where its place fits so much worse than it did: no chance, but another network. */
const worseShare = 1.5;
const worse = 0.05;
/** The part that each round trip has in how well the place fits. */
const fitGain = 0.1;

/**
 * Where one machine is, by what it has measured so far. Springs alone never rest: all machines together would drift and
 * turn for ever, which changes no distance. So one that has found its place stays as long as it fits as well as it did.
 */
export class Locator {
  readonly #random: () => number;
  readonly #springs = new Map<string, { readonly trips: RoundTrips; peer: Located }>();
  #located = unlocated;
  #samples = 0;
  #restsFrom = findingSamples;
  /** How well the place fitted when it was found. */
  #restError: number | undefined;

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
    if (this.#samples <= this.#restsFrom) {
      this.#located = relocate(this.#located, springs, this.#samples, this.#random);
      return;
    }
    const { coordinates, error: before } = this.#located;
    const error = before + fitGain * (misfit(coordinates, springs) - before);
    this.#located = { coordinates, error };
    // The first of its rest: what was left of finding it is averaged out by then.
    if (this.#samples === this.#restsFrom + movingSamples) this.#restError = error;
    if (this.#restError === undefined || error <= this.#restError * worseShare + worse) return;
    this.#restsFrom = this.#samples + movingSamples;
    this.#restError = undefined;
  }

  /** It has found its place. */
  get isAtRest(): boolean {
    return this.#samples > this.#restsFrom;
  }

  /** Forgets all peers but these. */
  keep(uids: ReadonlySet<string>): void {
    for (const uid of this.#springs.keys()) if (!uids.has(uid)) this.#springs.delete(uid);
  }
}
