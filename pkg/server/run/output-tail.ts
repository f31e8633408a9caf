/** The last bytes of a stream; holds at most about twice the limit. */
export class OutputTail {
  readonly #limit: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isTruncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): Buffer {
    const all = Buffer.concat(this.#held);
    return all.subarray(Math.max(0, all.length - this.#limit));
  }

  /** Whether there was more than is held. */
  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  push(chunk: Uint8Array): void {
    this.#held.push(Buffer.from(chunk));
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > this.#limit) this.#isTruncated = true;
    if (this.#heldBytes <= 2 * this.#limit) return;
    this.#held = [this.bytes];
    this.#heldBytes = this.#limit;
  }
}
