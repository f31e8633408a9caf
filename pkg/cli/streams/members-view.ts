import type { LogsMessage, LogsNote, LogsText } from "../../protocol/index.ts";
import type { Paint, Terminal } from "../terminal.ts";

const paints: readonly Paint[] = ["cyan", "green", "yellow", "magenta", "blue", "red"];

/** Shows the logs of many processes, each line with whose it is. */
export class MembersView {
  readonly #terminal: Terminal;
  /** Undefined: where there are several. */
  readonly #isPrefixed: boolean | undefined;
  readonly #paints = new Map<string, Paint>();
  #width = 0;
  #hasFailed = false;

  constructor(terminal: Terminal, isPrefixed: boolean | undefined) {
    this.#terminal = terminal;
    this.#isPrefixed = isPrefixed;
  }

  /** Whether a log could not be had. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** How many processes were named so far. */
  get count(): number {
    return this.#paints.size;
  }

  /** Resolves when the terminal has taken it. */
  async show(message: LogsMessage): Promise<void> {
    if (message.type === "members") for (const name of message.processes) this.#add(name);
    else if (message.type === "text") await this.#text(message);
    else if (message.type === "note") this.#note(message);
  }

  #add(name: string): void {
    this.#paints.set(name, paints[this.#paints.size % paints.length] ?? "cyan");
    this.#width = Math.max(this.#width, name.length);
  }

  #text({ process, text }: LogsText): Promise<void> {
    if (!(this.#isPrefixed ?? this.#paints.size > 1)) return this.#terminal.write(text);
    const prefix = this.#prefix(process);
    const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
    return this.#terminal.write(lines.map((line) => `${prefix}${line}\n`).join(""));
  }

  #note({ process, note, message }: LogsNote): void {
    if (note === "failed") {
      this.#hasFailed = true;
      this.#terminal.error(`${process}: ${message}`);
    } else {
      const words = note === "waiting" ? `waiting: ${message}` : message;
      this.#terminal.note(`${this.#prefix(process)}${this.#terminal.paint("dim", `(${words})`)}`);
    }
  }

  #prefix(process: string): string {
    return this.#terminal.paint(this.#paints.get(process) ?? "cyan", `${process.padEnd(this.#width)} | `);
  }
}
