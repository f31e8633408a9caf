import { parseTimestamp } from "../../../clock/index.ts";
import { plainText } from "./ansi.ts";

export interface LogLine {
  /** Counts all lines that ever came. */
  readonly seq: number;
  readonly process: string;
  /** RFC 3339, where the server says so. */
  readonly time: string;
  /** Without escape codes: what is searched. */
  readonly text: string;
  /** As it was printed, where that is different. */
  readonly raw: string | undefined;
}

/** A line is shown up to here. */
const maxLine = 16 << 10;
const timed = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) ?/;

/**
 * The last lines of many logs. Text comes in by `take`, in any order between processes; `settle` sorts by time what came since
 * it was last called, and lets it be seen: once a frame, however many lines there were.
 */
export class LogBuffer {
  readonly #capacity: number;
  readonly #ring: (LogLine | undefined)[];
  readonly #partial = new Map<string, string>();
  #pending: { process: string; time: string; at: number; raw: string }[] = [];
  #end = 0;

  constructor(capacity = 100_000) {
    this.#capacity = capacity;
    this.#ring = new Array<LogLine | undefined>(capacity);
  }

  /** The first line that is still there, and one past the last. */
  get first(): number {
    return Math.max(0, this.#end - this.#capacity);
  }

  get end(): number {
    return this.#end;
  }

  get pending(): number {
    return this.#pending.length;
  }

  at(seq: number): LogLine | undefined {
    return seq < this.first || seq >= this.#end ? undefined : this.#ring[seq % this.#capacity];
  }

  take(process: string, text: string): void {
    const whole = (this.#partial.get(process) ?? "") + text;
    const lines = whole.split("\n");
    const rest = lines.pop() ?? "";
    // What never ends must not be kept for ever.
    if (rest.length > maxLine) lines.push(rest);
    if (rest === "" || rest.length > maxLine) this.#partial.delete(process);
    else this.#partial.set(process, rest);
    for (const line of lines) this.#add(process, line);
  }

  /** Nothing more comes: what has no end is a line. */
  finish(): void {
    for (const [process, text] of this.#partial) this.#add(process, text);
    this.#partial.clear();
  }

  /** How many lines can be seen that could not be before. */
  settle(): number {
    const pending = this.#pending;
    this.#pending = [];
    for (let index = 1; index < pending.length; index++)
      if ((pending[index]?.at ?? 0) < (pending[index - 1]?.at ?? 0)) {
        pending.sort((a, b) => a.at - b.at);
        break;
      }
    // Of more than there is room for, the first are gone at once.
    const tooMany = Math.max(0, pending.length - this.#capacity);
    this.#end += tooMany;
    for (const { process, time, raw } of pending.slice(tooMany)) {
      const text = plainText(raw);
      const seq = this.#end++;
      this.#ring[seq % this.#capacity] = { seq, process, time, text, raw: text === raw ? undefined : raw };
    }
    return pending.length;
  }

  #add(process: string, line: string): void {
    const [head = "", time = ""] = timed.exec(line) ?? [];
    const text = line.slice(head.length).replace(/\r$/, "");
    // A line that was written over and over, as a progress bar does: its last state.
    const raw = text.slice(text.lastIndexOf("\r") + 1).slice(0, maxLine);
    const last = this.#pending.at(-1);
    // What says no time stays with what came before it.
    const at = parseTimestamp(time) ?? last?.at ?? 0;
    this.#pending.push({ process, time, at, raw });
    // Nothing is drawn while nobody looks: nobody settles then either.
    if (this.#pending.length >= 2 * this.#capacity) this.settle();
  }
}
