/** Deletes in one commit at most, so that a crowd of expired Events does not hold up other writes. */
const maxDeletes = 500;

/** Keys that are deleted when their time has come. */
export class Expiry {
  readonly #deadlines = new Map<string, number>();

  /** Undefined: the key stays for good (or is gone). */
  set(key: string, expiresAt: number | undefined): void {
    if (expiresAt !== undefined) this.#deadlines.set(key, expiresAt);
    else if (this.#deadlines.size > 0) this.#deadlines.delete(key);
  }

  /** Keys whose time has come, in portions for one commit each. */
  due(now: number): string[][] {
    const keys: string[] = [];
    for (const [key, deadline] of this.#deadlines) if (deadline <= now) keys.push(key);
    const portions: string[][] = [];
    for (let start = 0; start < keys.length; start += maxDeletes) portions.push(keys.slice(start, start + maxDeletes));
    return portions;
  }
}
