const newline = 10;

/** What is longer is no line for people: it is passed on in pieces. */
const maxLineBytes = 64 << 10;

/** Holds back the unfinished end of what comes, so that lines of several streams can be told in turn. */
export class WholeLines {
  #rest: Buffer[] = [];
  #restBytes = 0;

  /** Whole lines, as bytes; undefined where none has come to its end. */
  push(chunk: Uint8Array): Buffer | undefined {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const end = bytes.lastIndexOf(newline) + 1;
    if (end === 0) return this.#hold(bytes);
    const whole = Buffer.concat([...this.#rest, bytes.subarray(0, end)]);
    this.#rest = [];
    this.#restBytes = 0;
    if (end < bytes.length) this.#hold(bytes.subarray(end));
    return whole;
  }

  /** What came after the last newline; undefined where there is nothing. */
  rest(): Buffer | undefined {
    const rest = Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    return rest.length === 0 ? undefined : rest;
  }

  #hold(bytes: Buffer): Buffer | undefined {
    // Copied: it may be a small part of a large chunk.
    this.#rest.push(Buffer.from(bytes));
    this.#restBytes += bytes.length;
    return this.#restBytes < maxLineBytes ? undefined : this.rest();
  }
}
