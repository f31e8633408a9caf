import { StatusError } from "../status/index.ts";

/**
 * Hands values from a source that cannot wait to one reader that iterates. A reader that falls too far behind gets
 * Expired instead of values, and starts over with a list.
 */
export class EventQueue<T> {
  readonly #limit: number;
  #values: T[] = [];
  #ended: StatusError | "closed" | undefined;
  #wake: () => void = () => {};

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(values: readonly T[]): void {
    if (this.#ended !== undefined) return;
    if (this.#values.length + values.length > this.#limit) {
      this.#values = [];
      this.#end(new StatusError("Expired", "the watcher is too slow; list again"));
      return;
    }
    for (const value of values) this.#values.push(value);
    this.#wake();
  }

  close(): void {
    this.#end("closed");
  }

  /** Values as they come; ends after `close`, when all were read. */
  async *read(): AsyncGenerator<T, void> {
    for (;;) {
      const batch = this.#values;
      this.#values = [];
      yield* batch;
      if (this.#values.length > 0) continue;
      if (this.#ended instanceof StatusError) throw this.#ended;
      if (this.#ended === "closed") return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #end(how: StatusError | "closed"): void {
    this.#ended ??= how;
    this.#wake();
  }
}
