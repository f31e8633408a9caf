import type { Readable, Writable } from "node:stream";

export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface InputStream extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** Members may be getters: what a command does not use is never opened. */
export interface Stdio {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export type Paint = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "dim" | "bold";

const paintCodes: Readonly<Record<Paint, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  dim: 2,
  bold: 1,
};

/** Widths beyond this are not used: a table for no terminal at all is as wide as it needs to be. */
const widthWithoutTerminal = 1_000;

/** What a command prints to. Results go to `out`, everything said beside them to `note`. */
export class Terminal {
  readonly stdio: Stdio;
  readonly #noColor: boolean;
  /** The progress lines that stand on the terminal, to be wiped before anything else is printed. */
  #lines: readonly string[] = [];

  constructor(stdio: Stdio, env: Readonly<Record<string, string | undefined>>) {
    this.stdio = stdio;
    this.#noColor = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  }

  get width(): number {
    return this.stdio.stdout.columns ?? widthWithoutTerminal;
  }

  /** Results, as they are. */
  print(text: string): void {
    this.#wipe();
    this.stdio.stdout.write(text);
  }

  /** Results that take the place of those before; on a terminal as much of them as it has room for. */
  page(text: string): void {
    const { stdout } = this.stdio;
    if (stdout.isTTY !== true) {
      this.print(text);
      return;
    }
    const { rows = 24, columns = 80 } = stdout;
    const lines = text
      .trimEnd()
      .split("\n")
      .slice(0, rows - 1);
    const shown = lines.map((line) => `${line.slice(0, columns - 1)}\u001b[K\n`);
    this.print(`\u001b[H${shown.join("")}\u001b[J`);
  }

  out(line: string): void {
    this.print(`${line}\n`);
  }

  /** Results in bulk; waits while the reader is slow. */
  write(bytes: Uint8Array | string): Promise<void> {
    return written(this.stdio.stdout, bytes);
  }

  /** What is said beside them, in bulk. */
  writeNote(bytes: Uint8Array): Promise<void> {
    return written(this.stdio.stderr, bytes);
  }

  note(line: string): void {
    this.#wipe();
    this.stdio.stderr.write(`${line}\n`);
  }

  error(message: string): void {
    this.note(`error: ${message}`);
  }

  warn(message: string): void {
    this.note(`Warning: ${message}`);
  }

  /** Whether progress lines are of use: they are drawn on stderr. */
  get showsProgress(): boolean {
    return this.stdio.stderr.isTTY === true;
  }

  /** Replaces the progress lines; none, or "", takes them away. Nothing happens off a terminal. */
  progress(...lines: readonly string[]): void {
    if (!this.showsProgress) return;
    const { columns = 80, rows = 24 } = this.stdio.stderr;
    const isNone = lines.length === 1 && lines[0] === "";
    // What is scrolled away cannot be replaced.
    const shown = (isNone ? [] : lines).slice(0, Math.max(1, rows - 1)).map((line) => line.slice(0, columns - 1));
    if (shown.join("\n") === this.#lines.join("\n")) return;
    this.stdio.stderr.write(`${this.#wiping}${shown.join("\r\n")}`);
    this.#lines = shown;
  }

  paint(paint: Paint, text: string): string {
    if (this.#noColor || this.stdio.stdout.isTTY !== true) return text;
    return `\u001b[${paintCodes[paint]}m${text}\u001b[0m`;
  }

  #wipe(): void {
    if (this.#lines.length === 0) return;
    this.stdio.stderr.write(this.#wiping);
    this.#lines = [];
  }

  /** Back to the start of the first progress line, and everything from there on away. */
  get #wiping(): string {
    const above = this.#lines.length - 1;
    return above > 0 ? `\r\u001b[${above}A\u001b[J` : "\r\u001b[K";
  }
}

function written(stream: OutputStream, bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    if (stream.write(bytes)) resolve();
    else stream.once("drain", resolve);
  });
}
