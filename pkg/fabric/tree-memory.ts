import type { HostConfig, LastPlace } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";

/** So long after the last machine was reached, or attached, those that have not been are waited for no longer. */
const quietMs = 3000;
/** Before the first one was reached. */
const firstMs = 10_000;
/** Since the first machine was attached: what is written down later was written by this server. */
const limitMs = 30_000;
/** Machines are attached one after the other; so long after one there may be another. */
const gatherMs = 250;
const maxGatherMs = 3000;

/**
 * A server that is started again finds the tree as it was: agents keep their links to each other meanwhile. While machines
 * come back each has the place that was written down. Otherwise the server would make another tree of each handful that has
 * come, and connect to all the others by itself. It is busy from the first machine with such a place until all are back, or
 * have had the time for it; then, and where there is none, it says nothing.
 */
export class TreeMemory {
  /** Attentive time. */
  readonly #now: () => number;
  /** Of any machine, the first. */
  #startedAt: number | undefined;
  /** Of those that had a place. */
  #attachedAt: { readonly first: number; readonly last: number } | undefined;
  #reachedAt: number | undefined;
  #isOver = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A machine was. */
  attached({ lastPlace }: Pick<HostConfig, "lastPlace">): void {
    const now = this.#now();
    this.#startedAt ??= now;
    if (lastPlace === undefined || this.#isOver || now - this.#startedAt > limitMs) return;
    this.#attachedAt = { first: this.#attachedAt?.first ?? now, last: now };
  }

  /** A machine was. */
  reached(): void {
    this.#reachedAt = this.#now();
  }

  /** Where it was; undefined where nothing is known of that, or nothing follows from it any more. */
  placeOf({ lastPlace }: Pick<HostConfig, "lastPlace">): LastPlace | undefined {
    return this.isBusy ? lastPlace : undefined;
  }

  /** Whether it will come back to its place, for all that is known. */
  expects({ host, agent, state }: Pick<HostLink, "host" | "agent" | "state">): boolean {
    const isToCome = agent === undefined && state.phase === "connecting" && state.failure === undefined;
    return isToCome && this.placeOf(host) !== undefined;
  }

  /** Not all of them are attached yet, as far as can be told. */
  get isGathering(): boolean {
    if (!this.isBusy || this.#attachedAt === undefined) return false;
    const { first, last } = this.#attachedAt;
    return this.#now() - last < gatherMs && this.#now() - first < maxGatherMs;
  }

  get isBusy(): boolean {
    if (this.#isOver || this.#startedAt === undefined || this.#attachedAt === undefined) return false;
    const now = this.#now();
    const newsAt = Math.max(this.#attachedAt.last, this.#reachedAt ?? 0);
    const isQuiet = now - newsAt > (this.#reachedAt === undefined ? firstMs : quietMs);
    this.#isOver = isQuiet || now - this.#startedAt > limitMs;
    return !this.#isOver;
  }

  /** All who are to come have come. True where there was something to forget, once. */
  forget(): boolean {
    const isAnythingKnown = this.#attachedAt !== undefined;
    this.#attachedAt = undefined;
    this.#isOver ||= isAnythingKnown;
    return isAnythingKnown;
  }
}
