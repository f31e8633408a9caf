import type { Process } from "../../api/index.ts";
import { type Clock, sleep } from "../../clock/index.ts";
import type { LogOptions, LogPosition, OpenLog } from "../../fabric/index.ts";
import { isOver } from "../../graph/index.ts";
import type { LogsMessage, LogsNote, LogsRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { PassedLines } from "./passed-lines.ts";

export interface MemberLogPorts {
  readonly clock: Clock;
  /** As it is now; undefined where it is gone. */
  readonly find: (process: string) => Process | undefined;
  /** Rejects with a StatusError for people where nothing can be read. */
  readonly open: (process: Process, options: LogOptions) => Promise<OpenLog>;
  /** Why nothing comes from its machine, although it may be connected; undefined where all is well. */
  readonly whyQuiet: (process: Process) => string | undefined;
  readonly tell: (message: LogsMessage) => Promise<void> | undefined;
  readonly signal: AbortSignal;
}

/** Before a log that could not be read, or has ended, is asked for again. */
const retryMs = 1000;

/** The log of one process, on whichever machine and in whichever run it is. */
export class MemberLog {
  readonly #name: string;
  readonly #request: LogsRequest;
  readonly #ports: MemberLogPorts;
  /** Where it was read to; undefined: not at all yet. */
  #position: LogPosition | undefined;
  #isWaiting = false;
  #bytes = 0;

  constructor(name: string, request: LogsRequest, ports: MemberLogPorts) {
    this.#name = name;
    this.#request = request;
    this.#ports = ports;
  }

  /** Resolves when nothing more comes; never rejects. */
  async run(): Promise<void> {
    const { signal, clock, find } = this.#ports;
    while (!signal.aborted) {
      const process = find(this.#name);
      if (process === undefined) return;
      const outcome = await this.#read(process);
      if (this.#request.follow !== true || this.#isFull) return;
      if (outcome === "next") continue;
      if (outcome === "end" && isOver(find(this.#name) ?? process)) return;
      await sleep(clock, retryMs, signal).catch(() => undefined);
    }
  }

  /** Says whether its machine is heard of, where that has changed. */
  look(): void {
    const process = this.#ports.find(this.#name);
    if (process === undefined || this.#position === undefined) return;
    const why = this.#ports.whyQuiet(process);
    if (why !== undefined) this.#wait(why);
    else this.#goOn();
  }

  /** Reads as far as there is anything: to the end of the last run, or of one after which there is a next. */
  async #read(process: Process): Promise<"end" | "next" | "failed"> {
    try {
      const log = await this.#ports.open(process, this.#options());
      this.#goOn();
      await this.#pass(log);
      const { run } = log.position;
      if (log.lastRun === run) return "end";
      this.#position = { run: log.lastRun, offset: 0 };
      return "next";
    } catch (error) {
      if (this.#ports.signal.aborted) return "failed";
      const { message } = StatusError.from(error);
      if (this.#request.follow === true) this.#wait(message);
      else void this.#note("failed", message);
      return "failed";
    }
  }

  #options(): LogOptions {
    const { follow = false, previous = false, timestamps = false, tailLines, sinceTime } = this.#request;
    const all = { follow, timestamps, signal: this.#ports.signal };
    // What was asked of the beginning holds for the beginning alone.
    if (this.#position !== undefined) return { ...all, previous: false, from: this.#position };
    return {
      ...{ ...all, previous },
      ...(tailLines !== undefined && { tail: tailLines }),
      ...(sinceTime !== undefined && { since: sinceTime }),
    };
  }

  async #pass({ text, position }: OpenLog): Promise<void> {
    const lines = new PassedLines(position, this.#request.timestamps === true);
    this.#position = position;
    for await (const chunk of text) {
      const whole = lines.push(chunk as Uint8Array);
      this.#position = lines.position;
      if (whole !== undefined) await this.#tell(whole);
      if (this.#isFull) return;
    }
    const rest = lines.rest();
    this.#position = lines.position;
    if (rest !== undefined) await this.#tell(rest);
  }

  async #tell(lines: Buffer): Promise<void> {
    const { limitBytes = Number.POSITIVE_INFINITY } = this.#request;
    const text = lines.subarray(0, limitBytes - this.#bytes).toString("utf8");
    this.#bytes += lines.length;
    await this.#ports.tell({ type: "text", process: this.#name, text });
  }

  get #isFull(): boolean {
    return this.#bytes >= (this.#request.limitBytes ?? Number.POSITIVE_INFINITY);
  }

  /** Told once, however often it is seen. */
  #wait(why: string): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#note("waiting", why);
  }

  #goOn(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    void this.#note("back", "is heard of again");
  }

  #note(note: LogsNote["note"], message: string): Promise<void> | undefined {
    return this.#ports.tell({ type: "note", process: this.#name, note, message });
  }
}
