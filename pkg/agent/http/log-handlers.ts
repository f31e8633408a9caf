import { once } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { type Clock, parseTimestamp } from "../../clock/index.ts";
import { routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { logStart, readLog } from "../logs/read-log.ts";
import type { Handlers } from "./agent-server.ts";
import type { AgentRequest } from "./request.ts";

/** The log of one run of a process. */
export interface RunLog {
  readonly path: string;
  /** What the run is called, and the process's last one. */
  readonly run: string;
  readonly lastRun: string;
  /** Nothing more will be written. */
  isEnded(): boolean;
}

export interface WantedRun {
  /** Not the last run, but the one before it. */
  readonly previous: boolean;
  /** This one, where its log is still there. */
  readonly run?: string;
}

/** Finds the log of a process's last run, or of another one that is wanted; undefined where there is none. */
export type FindLog = (processUid: string, wanted: WantedRun) => Promise<RunLog | undefined>;

/** Logs of processes. */
export function logHandlers(find: FindLog, clock: Clock): Handlers {
  return { [`GET ${routes.logs}/:`]: (request) => serveLog(find, clock, request) };
}

async function serveLog(find: FindLog, clock: Clock, { stream, parameter, query }: AgentRequest): Promise<void> {
  const previous = query.get("previous") === "true";
  const run = query.get("run");
  const log = await find(parameter, { previous, ...(run !== null && { run }) });
  if (log === undefined) {
    throw new StatusError(
      "NotFound",
      previous ? "the process has no earlier run" : "the process has not been started here",
    );
  }
  const closed = new AbortController();
  stream.once("close", () => closed.abort());
  const tail = query.get("tail");
  const since = query.get("since");
  const sinceMs = since === null ? undefined : parseTimestamp(since);
  const wanted = {
    path: log.path,
    ...(tail !== null && { tail: Number(tail) }),
    ...(sinceMs !== undefined && { since: sinceMs }),
    // An offset is one of that run's log alone.
    ...(log.run === run && { from: Number(query.get("from") ?? 0) }),
  };
  const start = await logStart(wanted);
  const isFollowed = query.get("follow") === "true";
  const timestamps = query.get("timestamps") === "true";
  const pieces = readLog(
    { ...wanted, timestamps, ...(isFollowed && { isEnded: () => log.isEnded() }), clock, signal: closed.signal },
    start,
  );
  const position = { "x-run": log.run, "x-last-run": log.lastRun, "x-offset": String(start) };
  stream.respond({ ":status": 200, "content-type": "text/plain; charset=utf-8", ...position });
  for await (const piece of pieces) await write(stream, piece, closed.signal);
  if (!closed.signal.aborted) stream.end();
}

async function write(stream: ServerHttp2Stream, piece: Buffer, signal: AbortSignal): Promise<void> {
  if (signal.aborted || stream.write(piece)) return;
  await once(stream, "drain", { signal }).catch(() => undefined);
}
