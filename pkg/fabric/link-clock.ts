import type { Clock } from "../clock/index.ts";
import { RoundTrips } from "../coordinates/index.ts";
import type { AgentSession } from "./agent-session.ts";

/** A few at first, so that one that was held up does not count; then now and then. */
const firstAsks = 5;
const firstMs = 1000;
const restMs = 120_000;
const keptOffsets = 5;

interface Reading {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

/** The way to one machine and how far its clock is off ours, as NTP has it: what is on its way is halved. */
export class LinkClock {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #roundTrips = new RoundTrips();
  #readings: readonly Reading[] = [];
  #asked = 0;
  #isAsking = false;
  #dueAt: number;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
    this.#dueAt = clock.monotonic();
  }

  get isDue(): boolean {
    return !this.#isAsking && this.#clock.monotonic() >= this.#dueAt;
  }

  /** Undefined before the first answer. */
  get roundTripMs(): number | undefined {
    return this.#readings.length === 0 ? undefined : this.#roundTrips.ms;
  }

  /** Of the last few the one that was fastest on its way: it is off by half of that at most. */
  get best(): Reading | undefined {
    const [first, ...others] = this.#readings;
    if (first === undefined) return undefined;
    return others.reduce((best, one) => (one.roundTripMs < best.roundTripMs ? one : best), first);
  }

  /** Resolves with the round trip. */
  async ask(session: Pick<AgentSession, "clock">): Promise<number> {
    this.#isAsking = true;
    // Machines that came together are not asked together for ever.
    const waitMs = ++this.#asked < firstAsks ? firstMs : restMs * (0.75 + 0.5 * this.#random());
    this.#dueAt = this.#clock.monotonic() + waitMs;
    try {
      const sentAt = this.#clock.now();
      const begin = performance.now();
      const { now } = await session.clock();
      const roundTripMs = performance.now() - begin;
      this.#roundTrips.add(roundTripMs);
      const reading = { roundTripMs, offsetMs: now - (sentAt + roundTripMs / 2) };
      this.#readings = [...this.#readings, reading].slice(-keptOffsets);
      return roundTripMs;
    } finally {
      this.#isAsking = false;
    }
  }
}
