import type { Clock } from "../clock/index.ts";
import type { HostLink } from "./host-link.ts";

/** So long after the last machine was reached those that have not been are waited for no longer. */
const quietMs = 3000;
const limitMs = 30_000;

/**
 * A server that is started again finds the tree as it was: agents keep their links to each other meanwhile. While machines
 * come back, those that are not reached yet keep the places that were written down. Otherwise the server would make another
 * tree of each handful that has come, and connect to all the others by itself.
 */
export class TreeMemory {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #reachedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    this.#reachedAt = this.#startedAt;
  }

  /** A machine was. */
  reached(): void {
    this.#reachedAt = this.#clock.monotonic();
  }

  /** Whether it will come back to its place, for all that is known. */
  expects({ host, agent, state }: Pick<HostLink, "host" | "agent" | "state">): boolean {
    const isToCome = host.lastPlace !== undefined && agent === undefined && state.phase === "connecting";
    return isToCome && state.failure === undefined && !this.isOver;
  }

  get isOver(): boolean {
    const now = this.#clock.monotonic();
    return now - this.#startedAt > limitMs || now - this.#reachedAt > quietMs;
  }
}
