/** Answers without an end of their own: watches, logs, commands. A closing server ends them; it would wait for them else. */
export class OpenStreams {
  readonly #ends = new Set<() => void>();

  /** Registers what ends a stream. Returns what is to be called when it has ended. */
  add(end: () => void): () => void {
    this.#ends.add(end);
    return () => void this.#ends.delete(end);
  }

  endAll(): void {
    for (const end of [...this.#ends]) end();
  }
}
