import { createHash } from "node:crypto";

const maxKept = 2000;

/**
 * What was found out about tokens lately, by the hash of their text: a signature need not be checked at every request.
 * Bounded; the least recently used goes first.
 */
export class RecentTokens<T> {
  readonly #found = new Map<string, { readonly value: T; readonly until: number }>();

  get(text: string, now: number): T | undefined {
    const key = keyOf(text);
    const found = this.#found.get(key);
    if (found === undefined) return undefined;
    this.#found.delete(key);
    if (found.until <= now) return undefined;
    this.#found.set(key, found);
    return found.value;
  }

  /** Keeps it until that time, in milliseconds since 1970. */
  keep(text: string, value: T, until: number): void {
    this.#found.set(keyOf(text), { value, until });
    if (this.#found.size <= maxKept) return;
    for (const oldest of this.#found.keys()) {
      this.#found.delete(oldest);
      return;
    }
  }
}

function keyOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
