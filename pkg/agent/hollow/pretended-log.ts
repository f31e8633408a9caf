import { pipeline } from "node:stream/promises";
import { type Clock, sleep } from "../../clock/index.ts";
import { routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Handlers } from "../http/agent-server.ts";

/** A run that prints a numbered line each so many milliseconds. */
export interface PretendedLog {
  readonly run: string;
  readonly startedAt: number;
  readonly printMs: number;
  /** How long what follows goes on. */
  readonly isEnded: () => boolean;
}

/** All lines are of the same length, so that an offset is a number of them. */
const lineBytes = 13;
/** So many leave at a time at most. */
const linesAtOnce = 5000;
/** Until a log is looked at again: at most so often, and where nothing is printed. */
const leastWaitMs = 20;
const quietMs = 1000;

/** Logs that nobody wrote: what a line says follows from its number, and which there are from the time. */
export function pretendedLogs(find: (processUid: string) => PretendedLog | undefined, clock: Clock): Handlers {
  return {
    [`GET ${routes.logs}/:`]: async ({ stream, parameter, query }) => {
      const log = find(parameter);
      if (log === undefined) throw new StatusError("NotFound", "the process has not been started here");
      const tail = query.get("tail");
      const from = query.get("run") === log.run ? Number(query.get("from")) / lineBytes : 0;
      const first = Math.max(Math.floor(from), tail === null ? 0 : printedBy(log, clock) - Number(tail));
      const position = { "x-run": log.run, "x-last-run": log.run, "x-offset": String(first * lineBytes) };
      stream.respond({ ":status": 200, "content-type": "text/plain", ...position });
      const gone = new AbortController();
      stream.once("close", () => gone.abort());
      const text = textFrom(first, query.get("follow") === "true", log, clock, gone.signal);
      // Who goes away has seen enough.
      await pipeline(text, stream).catch(() => undefined);
    },
  };
}

async function* textFrom(
  first: number,
  isFollowed: boolean,
  log: PretendedLog,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (let next = first; !signal.aborted; ) {
    const isLast = !isFollowed || log.isEnded();
    for (const end = printedBy(log, clock); next < end; ) {
      const count = Math.min(end - next, linesAtOnce);
      yield Array.from({ length: count }, (_, index) => lineOf(next + index)).join("");
      next += count;
    }
    if (isLast) return;
    await sleep(clock, log.printMs > 0 ? Math.max(leastWaitMs, log.printMs) : quietMs, signal).catch(() => undefined);
  }
}

function printedBy({ printMs, startedAt }: PretendedLog, clock: Clock): number {
  return printMs > 0 ? Math.floor((clock.now() - startedAt) / printMs) : 0;
}

function lineOf(number: number): string {
  return `line ${String(number).padStart(7, "0")}\n`;
}
