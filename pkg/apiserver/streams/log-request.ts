import type { Readable } from "node:stream";
import { type Clock, parseTimestamp } from "../../clock/index.ts";
import { badRequest, invalidParameter } from "../errors.ts";
import type { Query } from "../http/query.ts";
import type { LogRequest } from "./machine-streams.ts";

/** Reads the parameters of a log, named as Kubernetes names them. Throws Invalid. */
export function readLogRequest(query: Query, clock: Clock, signal: AbortSignal): LogRequest {
  const tailLines = wholeNumber(query, "tailLines", 0);
  const since = sinceOf(query, clock);
  const result = query.get("result");
  return {
    ...(result !== undefined && { result }),
    follow: query.flag("follow"),
    previous: query.flag("previous"),
    timestamps: query.flag("timestamps"),
    ...(tailLines !== undefined && { tailLines }),
    ...(since !== undefined && { since }),
    signal,
  };
}

/** How many bytes of a log are wanted at most; undefined: all. */
export function logLimitOf(query: Query): number | undefined {
  return wholeNumber(query, "limitBytes", 1);
}

/** The first bytes of a log; where there are more, its source is ended. */
export async function* firstBytes(log: Readable, limit: number): AsyncGenerator<Uint8Array> {
  let left = limit;
  for await (const chunk of log) {
    const bytes = chunk as Uint8Array;
    yield bytes.subarray(0, left);
    left -= bytes.length;
    if (left <= 0) return;
  }
}

function sinceOf(query: Query, clock: Clock): string | undefined {
  const seconds = wholeNumber(query, "sinceSeconds", 1);
  const time = query.get("sinceTime");
  if (seconds !== undefined && time !== undefined)
    throw badRequest("at most one of `sinceTime` or `sinceSeconds` may be specified");
  if (seconds !== undefined) return new Date(clock.now() - seconds * 1000).toISOString();
  if (time !== undefined && parseTimestamp(time) === undefined)
    throw invalidParameter("sinceTime", `Invalid value: ${JSON.stringify(time)}: must be a time as of RFC 3339`);
  return time;
}

function wholeNumber(query: Query, name: string, least: number): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const value = query.number(name);
  if (value !== undefined && value >= least) return value;
  throw invalidParameter(name, `Invalid value: ${JSON.stringify(text)}: must be a whole number of at least ${least}`);
}
