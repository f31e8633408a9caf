import type { LogPosition } from "../../fabric/index.ts";
import { WholeLines } from "../../streams/index.ts";

/** "2026-01-02T03:04:05.678Z " */
const stampBytes = 25;
const newline = 10;

/** Cuts what comes of a log into whole lines, and counts how far in the log it has come: there it is taken up again. */
export class PassedLines {
  readonly #lines = new WholeLines();
  readonly #run: string;
  readonly #isStamped: boolean;
  #offset: number;
  #isLineStart = true;

  /** `isStamped`: each line begins with its time, which is no part of the log. */
  constructor({ run, offset }: LogPosition, isStamped: boolean) {
    this.#run = run;
    this.#offset = offset;
    this.#isStamped = isStamped;
  }

  /** After what was given back so far. */
  get position(): LogPosition {
    return { run: this.#run, offset: this.#offset };
  }

  push(chunk: Uint8Array): Buffer | undefined {
    return this.#count(this.#lines.push(chunk));
  }

  /** The log has ended, perhaps within a line. */
  rest(): Buffer | undefined {
    return this.#count(this.#lines.rest());
  }

  #count(lines: Buffer | undefined): Buffer | undefined {
    if (lines === undefined) return undefined;
    this.#offset += lines.length - (this.#isStamped ? stampBytes * this.#linesBegun(lines) : 0);
    this.#isLineStart = lines.at(-1) === newline;
    return lines;
  }

  #linesBegun(lines: Buffer): number {
    let begun = this.#isLineStart ? 1 : 0;
    for (let at = lines.indexOf(newline); at >= 0 && at + 1 < lines.length; at = lines.indexOf(newline, at + 1))
      begun++;
    return begun;
  }
}
