import { createHash } from "node:crypto";
import type { VirtualTime } from "./virtual-time.ts";

/** What happened in a world, in order: equal seeds give equal traces, and a failed seed is read in its trace. */
export class Trace {
  readonly #time: VirtualTime;
  readonly #hash = createHash("sha256");
  readonly #lines: string[] | undefined;

  /** `keep`: the lines are kept, not only their hash. */
  constructor(time: VirtualTime, keep: boolean) {
    this.#time = time;
    this.#lines = keep ? [] : undefined;
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  note(text: string): void {
    const line = `${this.#time.now.toFixed(3)} ${text}\n`;
    this.#hash.update(line);
    this.#lines?.push(line.slice(0, -1));
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
