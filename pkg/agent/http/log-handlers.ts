import { once } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { type Clock, parseTimestamp } from "../../clock/index.ts";
import { routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { readLog } from "../logs/read-log.ts";
import type { Handlers } from "./agent-server.ts";
import type { AgentRequest } from "./request.ts";

/** The log of one run of a process. */
export interface RunLog {
  readonly path: string;
  /** Nothing more will be written. */
  isEnded(): boolean;
}

/** Finds the log of a process's last run, or of the one before it; undefined where there is none. */
export type FindLog = (processUid: string, previous: boolean) => Promise<RunLog | undefined>;

/** Logs of processes. */
export function logHandlers(find: FindLog, clock: Clock): Handlers {
  return { [`GET ${routes.logs}/:`]: (request) => serveLog(find, clock, request) };
}

async function serveLog(find: FindLog, clock: Clock, { stream, parameter, query }: AgentRequest): Promise<void> {
  const previous = query.get("previous") === "true";
  const log = await find(parameter, previous);
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
  const pieces = readLog({
    path: log.path,
    ...(tail !== null && { tail: Number(tail) }),
    ...(sinceMs !== undefined && { since: sinceMs }),
    timestamps: query.get("timestamps") === "true",
    ...(query.get("follow") === "true" && { isEnded: () => log.isEnded() }),
    clock,
    signal: closed.signal,
  });
  stream.respond({ ":status": 200, "content-type": "text/plain; charset=utf-8" });
  for await (const piece of pieces) await write(stream, piece, closed.signal);
  if (!closed.signal.aborted) stream.end();
}

async function write(stream: ServerHttp2Stream, piece: Buffer, signal: AbortSignal): Promise<void> {
  if (signal.aborted || stream.write(piece)) return;
  await once(stream, "drain", { signal }).catch(() => undefined);
}
