import type { Clock } from "../../clock/index.ts";
import { isAlive } from "./process-table.ts";

/** How long after its end a process that is not the agent's child is missed, at most. */
const pollMs = 200;

interface Watched {
  readonly pid: number;
  readonly startTime: string;
  readonly onEnd: () => void;
}

/**
 * Notices the end of processes that are not the agent's children: one timer for all, and one small read of /proc for
 * each, so that a machine full of adopted processes is still at rest.
 */
export class LifeWatch {
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the process has ended; never after close(). */
  end(pid: number, startTime: string): Promise<void> {
    return new Promise((resolve) => {
      this.#watched.add({ pid, startTime, onEnd: resolve });
      this.#schedule();
    });
  }

  close(): void {
    this.#cancel?.();
    this.#watched.clear();
  }

  #schedule(): void {
    if (this.#watched.size === 0) return;
    this.#cancel ??= this.#clock.setTimer(pollMs, () => {
      this.#cancel = undefined;
      for (const watched of this.#watched) {
        if (isAlive(watched.pid, watched.startTime)) continue;
        this.#watched.delete(watched);
        watched.onEnd();
      }
      this.#schedule();
    });
  }
}
