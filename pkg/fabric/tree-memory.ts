import type { HostConfig, LastPlace } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";

/** So long after the last machine was reached, or attached, those that have not been are waited for no longer. */
const quietMs = 3000;
/** Before the first one was reached. */
const firstMs = 10_000;
const limitMs = 30_000;
/** Machines are attached one after the other; so long after one there may be another. */
const gatherMs = 250;
const maxGatherMs = 3000;

/**
 * A server that is started again finds the tree as it was: agents keep their links to each other meanwhile. While machines
 * come back each has the place that was written down. Otherwise the server would make another tree of each handful that has
 * come, and connect to all the others by itself. Once it is over it is forgotten.
 */
export class TreeMemory {
  /** Attentive time. */
  readonly #now: () => number;
  #attachedAt: readonly [first: number, last: number] | undefined;
  #reachedAt: number | undefined;
  #isOver = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A machine was. */
  attached({ lastPlace }: Pick<HostConfig, "lastPlace">): void {
    if (lastPlace === undefined || this.isOver) return;
    const now = this.#now();
    this.#attachedAt = [this.#attachedAt?.[0] ?? now, now];
  }

  /** A machine was. */
  reached(): void {
    this.#reachedAt = this.#now();
  }

  /** Where it was; undefined where nothing is known of that, or nothing follows from it any more. */
  placeOf({ lastPlace }: Pick<HostConfig, "lastPlace">): LastPlace | undefined {
    return this.isOver ? undefined : lastPlace;
  }

  /** Whether it will come back to its place, for all that is known. */
  expects({ host, agent, state }: Pick<HostLink, "host" | "agent" | "state">): boolean {
    const isToCome = agent === undefined && state.phase === "connecting" && state.failure === undefined;
    return isToCome && this.placeOf(host) !== undefined;
  }

  /** Not all of them are attached yet, as far as can be told. */
  get isGathering(): boolean {
    if (this.isOver || this.#attachedAt === undefined) return false;
    const [first, last] = this.#attachedAt;
    return this.#now() - last < gatherMs && this.#now() - first < maxGatherMs;
  }

  /** There are machines whose places are known. */
  get isBusy(): boolean {
    return this.#attachedAt !== undefined && !this.isOver;
  }

  /** All who are to come have come. True where there was something to forget, once. */
  forget(): boolean {
    if (this.#attachedAt === undefined) return false;
    this.#attachedAt = undefined;
    this.#isOver = true;
    return true;
  }

  get isOver(): boolean {
    if (this.#isOver || this.#attachedAt === undefined) return this.#isOver;
    const now = this.#now();
    const [first, last] = this.#attachedAt;
    const isQuiet = now - Math.max(last, this.#reachedAt ?? 0) > (this.#reachedAt === undefined ? firstMs : quietMs);
    this.#isOver = isQuiet || now - first > limitMs;
    return this.#isOver;
  }
}
