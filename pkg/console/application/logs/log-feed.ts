import { manyLogs, type Transport } from "../../../client/portable.ts";
import type { LogsMessage, LogsRequest } from "../../../protocol/index.ts";
import { LogBuffer } from "./log-buffer.ts";
import { LogView } from "./log-view.ts";

export type FeedState = "waiting" | "open" | "ended" | "broken";

interface LogFeedOptions {
  readonly transport: Transport;
  readonly request: LogsRequest;
  /** Milliseconds, from any origin. */
  readonly now: () => number;
  readonly beforeFrame: (run: () => void) => void;
  /** For tests; default 100,000. */
  readonly capacity?: number;
}

/** What a search may take of a frame. */
const sliceMs = 5;
/** What has been there is told by process: it is waited for a moment, so that it can be sorted by time. */
const burst = { quietMs: 150, mostMs: 1500 };

/** Follows the logs of many processes; tells once a frame that there is something new. */
export class LogFeed {
  readonly buffer: LogBuffer;
  readonly view: LogView;
  readonly #options: LogFeedOptions;
  readonly #running = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #numbers = new Map<string, number>();
  readonly #failed = new Set<string>();
  readonly #begunAt: number;
  #lastAt: number;
  #isDue = false;
  #version = 0;
  #state: FeedState = "waiting";
  #problem: unknown;

  constructor(options: LogFeedOptions) {
    this.#options = options;
    this.buffer = new LogBuffer(options.capacity);
    this.view = new LogView(this.buffer);
    this.#begunAt = options.now();
    this.#lastAt = this.#begunAt;
  }

  /** Another one each time that something is new. */
  get version(): number {
    return this.#version;
  }

  get state(): FeedState {
    return this.#state;
  }

  get problem(): unknown {
    return this.#problem;
  }

  /** Processes whose logs cannot be had. */
  get failed(): number {
    return this.#failed.size;
  }

  /** The same number for the same process, from 0. */
  numberOf(process: string): number {
    return this.#numbers.get(process) ?? 0;
  }

  subscribe(wake: () => void): () => void {
    this.#listeners.add(wake);
    return () => this.#listeners.delete(wake);
  }

  search(matches: Parameters<LogView["search"]>[0]): void {
    this.view.search(matches);
    this.#schedule();
  }

  stop(): void {
    this.#running.abort();
  }

  /** Resolves when nothing more comes. */
  async run(): Promise<void> {
    const { transport, request } = this.#options;
    const { signal } = this.#running;
    try {
      for await (const message of manyLogs(transport, request, signal)) this.#take(message);
      this.#state = "ended";
    } catch (error) {
      if (signal.aborted) return;
      this.#state = "broken";
      this.#problem = error;
    }
    this.buffer.finish();
    this.#schedule();
  }

  #take(message: LogsMessage): void {
    this.#lastAt = this.#options.now();
    if (message.type === "members")
      for (const process of message.processes) this.#numbers.set(process, this.#numbers.size);
    else if (message.type === "text") this.buffer.take(message.process, message.text);
    else if (message.type === "note" && message.note === "failed") this.#failed.add(message.process);
    else if (message.type === "note") this.#failed.delete(message.process);
    if (this.#state === "waiting") this.#state = "open";
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#options.beforeFrame(() => {
      this.#isDue = false;
      if (!this.#running.signal.aborted) this.#turn();
    });
  }

  #turn(): void {
    const now = this.#options.now();
    const isBurst = now - this.#begunAt < burst.mostMs && now - this.#lastAt < burst.quietMs;
    if (!isBurst || this.#state === "ended") this.buffer.settle();
    const isThrough = this.view.scan(() => this.#options.now() - now > sliceMs);
    this.#version++;
    for (const wake of [...this.#listeners]) wake();
    if (!isThrough || this.buffer.pending > 0) this.#schedule();
  }
}
