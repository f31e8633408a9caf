import type { Clock } from "../../clock/index.ts";
import { type Locator, movedMs } from "../../coordinates/index.ts";
import type { NetworkPlace } from "../../protocol/index.ts";

/** Before it has measured so often nothing is told; nor after that, for a while, what does not fit yet. */
const leastSamples = 8;
const soundSamples = 90;
const soundError = 0.3;
/** And then no oftener than this: each time is a write to the server's store. */
const tellMs = 30_000;
/** It has moved by so much of the way to half of its peers, and by more than what is noise on any line. */
const noticeableShare = 0.15;
const noticeableMs = 0.5;

/** Where a machine is as it was told: told anew only where it has changed noticeably. */
export class ToldPlace {
  readonly #clock: Clock;
  #toldAt = Number.NEGATIVE_INFINITY;
  #place: NetworkPlace | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get place(): NetworkPlace | undefined {
    return this.#place;
  }

  /** Returns whether there is something to tell. */
  update({ located, samples, roundTrips }: Locator, isAnswered: boolean): boolean {
    const now = this.#clock.monotonic();
    const isStale = this.#place?.stale === true;
    if (this.#place !== undefined && isAnswered === isStale) {
      const { stale: _stale, ...fresh } = this.#place;
      this.#place = isAnswered ? fresh : { ...fresh, stale: true };
      return true;
    }
    const { coordinates, error } = located;
    const isSound = samples >= soundSamples || (samples >= leastSamples && error <= soundError);
    if (!isSound || now - this.#toldAt < tellMs) return false;
    const middle = medianOf([...roundTrips.values()]);
    const step = Math.max(noticeableMs, middle * noticeableShare);
    if (this.#place !== undefined && movedMs(this.#place, coordinates) <= step) return false;
    this.#toldAt = now;
    this.#place = {
      x: tenth(coordinates.x),
      y: tenth(coordinates.y),
      z: tenth(coordinates.z),
      height: tenth(coordinates.height),
      error: Math.round(error * 100) / 100,
      roundTrips: Object.fromEntries([...roundTrips].map(([uid, ms]) => [uid, tenth(ms)])),
      at: new Date(this.#clock.now()).toISOString(),
    };
    return true;
  }
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0;
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
