/** Reads a stream in counted bytes. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** True where nothing is left. */
  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill(1));
  }

  /** Throws where the stream ends before. */
  async take(count: number): Promise<Buffer> {
    if (!(await this.#fill(count))) throw new Error("the archive is cut off");
    const all = this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [all.subarray(count)];
    this.#length -= count;
    return all.subarray(0, count);
  }

  /** Without keeping what is left out. Throws where the stream ends before. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (await this.isAtEnd()) throw new Error("the archive is cut off");
      const step = Math.min(left, this.#length);
      await this.take(step);
      left -= step;
    }
  }

  async #fill(count: number): Promise<boolean> {
    while (this.#length < count) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return false;
      this.#parts.push(value);
      this.#length += value.length;
    }
    return true;
  }
}
