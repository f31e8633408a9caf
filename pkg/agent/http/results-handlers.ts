import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ResultsRequest, routes, streamNames } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Handlers } from "./agent-server.ts";
import type { AgentRequest } from "./request.ts";

/** Collects what a process leaves, as a tar archive; undefined where it was never started here. */
export type CollectResults = (processUid: string, request: ResultsRequest) => Promise<Readable | undefined>;

/** Logs and outputs of processes that have ended. */
export function resultsHandlers(collect: CollectResults): Handlers {
  return { [`GET ${routes.results}/:`]: (request) => serveResults(collect, request) };
}

async function serveResults(collect: CollectResults, { stream, parameter, query }: AgentRequest): Promise<void> {
  const maxBytes = Number(query.get("max") ?? "0");
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) throw new StatusError("BadRequest", "max must be a size");
  const archive = await collect(parameter, {
    streams: streamNames.filter((name) => query.getAll("stream").includes(name)),
    files: query.getAll("file"),
    maxBytes,
    keep: query.getAll("keep"),
  });
  if (archive === undefined) throw new StatusError("NotFound", "the process has not been started here");
  stream.respond({ ":status": 200, "content-type": "application/x-tar" });
  await pipeline(archive, stream);
}
