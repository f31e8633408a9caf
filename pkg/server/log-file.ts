import { type LineSink, openRotatingFile } from "../disk/index.ts";
import { StatusError } from "../status/index.ts";

/** Where the log goes in place of stderr. */
export interface LogFileOptions {
  readonly path: string;
  /** A file of this size is put aside. */
  readonly maxMegabytes: number;
  /** So many of these are kept; 0: all. */
  readonly maxBackups: number;
}

/** Takes lines as fast as they come; they are in the file, in this order, a moment later. */
export class LogFile {
  readonly #sink: LineSink;
  readonly #otherwise: (text: string) => void;
  #lines: string[] = [];
  #pump: Promise<void> | undefined;

  private constructor(sink: LineSink, otherwise: (text: string) => void) {
    this.#sink = sink;
    this.#otherwise = otherwise;
  }

  /** `otherwise` takes what the file does not. BadRequest where it cannot be opened. */
  static async open(options: LogFileOptions, now: () => number, otherwise: (text: string) => void): Promise<LogFile> {
    const { path, maxMegabytes, maxBackups } = options;
    try {
      return new LogFile(
        await openRotatingFile({ path, maxBytes: maxMegabytes * 2 ** 20, maxBackups, now }),
        otherwise,
      );
    } catch (error) {
      const why = StatusError.from(error).message;
      throw new StatusError("BadRequest", `the log ${path} cannot be written: ${why}`, { cause: error });
    }
  }

  write(line: string): void {
    this.#lines.push(line);
    this.#pump ??= this.#writeAll();
  }

  async close(): Promise<void> {
    await this.#pump;
    await this.#sink.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const text = this.#lines.join("");
      this.#lines = [];
      await this.#sink.append(text).catch(() => this.#otherwise(text));
    }
    this.#pump = undefined;
  }
}
