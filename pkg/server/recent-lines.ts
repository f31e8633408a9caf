/** The last lines of the server's log, for who asks what it said. */
export class RecentLines {
  readonly #kept: string[] = [];
  readonly #most: number;

  constructor(most = 2000) {
    this.#most = most;
  }

  add(line: string): void {
    this.#kept.push(line);
    // Not one by one: that would move all of them with each line.
    if (this.#kept.length >= 2 * this.#most) this.#kept.splice(0, this.#kept.length - this.#most);
  }

  /** Oldest first. */
  text(): string {
    return this.#kept.slice(-this.#most).join("");
  }
}
