import type { LogBuffer, LogLine } from "./log-buffer.ts";

/** So many lines are looked at before the clock is. */
const sliceLines = 200;

/** The lines of a buffer that are asked for: found in slices, so that the page lives on however many there are. */
export class LogView {
  readonly #buffer: LogBuffer;
  #matches: ((line: LogLine) => boolean) | undefined;
  #found: number[] = [];
  /** Before it are lines that the buffer has dropped. */
  #head = 0;
  #next = 0;
  #dropped = 0;

  constructor(buffer: LogBuffer) {
    this.#buffer = buffer;
  }

  /** Undefined: all lines. */
  search(matches: ((line: LogLine) => boolean) | undefined): void {
    this.#matches = matches;
    this.#found = [];
    this.#head = 0;
    this.#next = this.#buffer.first;
  }

  /** Goes on until it is through or `isOver`; false: there is more to do. */
  scan(isOver: () => boolean): boolean {
    const { first, end } = this.#buffer;
    for (; (this.#found[this.#head] ?? first) < first; this.#head++) this.#dropped++;
    if (this.#head > 10_000) {
      this.#found = this.#found.slice(this.#head);
      this.#head = 0;
    }
    if (this.#matches === undefined) return true;
    this.#next = Math.max(this.#next, first);
    while (this.#next < end) {
      const stop = Math.min(end, this.#next + sliceLines);
      for (; this.#next < stop; this.#next++) {
        const line = this.#buffer.at(this.#next);
        if (line !== undefined && this.#matches(line)) this.#found.push(this.#next);
      }
      if (this.#next < end && isOver()) return false;
    }
    return true;
  }

  /** How many of those that were found are gone: all that follow have moved up by so many. */
  get dropped(): number {
    return this.#matches === undefined ? this.#buffer.first : this.#dropped;
  }

  get count(): number {
    return this.#matches === undefined ? this.#buffer.end - this.#buffer.first : this.#found.length - this.#head;
  }

  at(index: number): LogLine | undefined {
    const seq = this.#matches === undefined ? this.#buffer.first + index : this.#found[this.#head + index];
    return seq === undefined ? undefined : this.#buffer.at(seq);
  }
}
