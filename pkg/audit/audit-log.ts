import type { Clock } from "../clock/index.ts";
import type { LineSink } from "../disk/index.ts";
import { openRotatingFile } from "../disk/index.ts";
import type { Logger } from "../log/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { AuditEvent } from "./audit-event.ts";

export interface AuditLog {
  /** Takes an event; it is on its way to the disk within a second. Never throws, never waits. */
  write(event: AuditEvent): void;
  /** Resolves when everything written before is on its way to the disk, or lost. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface AuditLogOptions {
  /** A file; "-": standard output. */
  readonly path: string;
  /** A file that has grown so large is put aside. */
  readonly maxBytes: number;
  /** So many files that were put aside are kept; 0: all. */
  readonly maxBackups: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Takes what goes to standard output. */
  readonly print: (text: string) => void;
}

const flushEveryMs = 1000;
/** Characters; more are not left for the next second. */
const flushAbove = 1024 * 1024;
/** Characters that a disk which has stopped may make us hold; events beyond are lost. */
const maxHeld = 16 * 1024 * 1024;
const tellEveryMs = 60_000;

/** Opens the log for appending. Rejects where the file cannot be opened: a server that should record must not start mute. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { path, print, clock } = options;
  const sink = path === "-" ? printSink(print) : await openRotatingFile({ ...options, now: () => clock.now() });
  return new BufferedLog(sink, options);
}

function printSink(print: (text: string) => void): LineSink {
  return {
    append: async (text) => print(text),
    close: async () => {},
  };
}

class BufferedLog implements AuditLog {
  readonly #sink: LineSink;
  readonly #options: AuditLogOptions;
  readonly #counters: ReturnType<typeof countersOf>;
  #lines: string[] = [];
  /** Characters of #lines. */
  #waiting = 0;
  /** Characters that are being written. */
  #leaving = 0;
  #pump: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(sink: LineSink, options: AuditLogOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#counters = countersOf(options.metrics);
  }

  write(event: AuditEvent): void {
    const line = `${JSON.stringify(event)}\n`;
    if (this.#closed || this.#waiting + this.#leaving + line.length > maxHeld) {
      this.#lose(1);
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#waiting > flushAbove) void this.flush();
    else this.#cancelTimer ??= this.#options.clock.setTimer(flushEveryMs, () => void this.flush());
  }

  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#pump ??= this.#writeAll().finally(() => {
      this.#pump = undefined;
    });
    return this.#pump;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    await this.#sink.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines;
      this.#lines = [];
      this.#leaving = this.#waiting;
      this.#waiting = 0;
      try {
        await this.#sink.append(lines.join(""));
        this.#counters.written.inc(lines.length);
      } catch (error) {
        this.#lose(lines.length, error);
      }
      this.#leaving = 0;
    }
  }

  #lose(count: number, error?: unknown): void {
    this.#counters.lost.inc(count);
    const now = this.#options.clock.monotonic();
    if (now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    const { path, log } = this.#options;
    log.error({ path, ...(error !== undefined && { err: error }) }, "audit events are being lost");
  }
}

function countersOf(metrics: Metrics) {
  return {
    written: metrics.counter({ name: "plush_audit_events_total", help: "Audit events that were written." }),
    lost: metrics.counter({
      name: "plush_audit_events_lost_total",
      help: "Audit events that could not be written, because the disk is full or too slow.",
    }),
  };
}
