import type { Readable } from "node:stream";
import type { KindInfo, ObjectKey, Process } from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import type { ApiObject, Backend } from "../backend.ts";
import { getObject } from "../objects.ts";
import type { Exchange } from "./exchange.ts";
import type { OpenStreams } from "./open-streams.ts";

/** What is asked of a process's log. */
export interface LogRequest {
  readonly follow: boolean;
  /** Lines from the end; undefined: all. */
  readonly tailLines?: number;
  /** RFC 3339. */
  readonly since?: string;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/** Gives the log of a process as text; rejects with a StatusError where the machine cannot be asked. */
export type LogHandler = (process: Process, request: LogRequest) => Promise<Readable>;

/** Subresources of single objects that are streams. */
export interface StreamRoutes {
  /** False where the address is none of a stream. */
  handle(exchange: Exchange, kind: KindInfo, key: ObjectKey, subresource: string): Promise<boolean>;
}

export function makeStreamRoutes(backend: Backend, logs: LogHandler | undefined, streams: OpenStreams): StreamRoutes {
  return {
    async handle(exchange, kind, key, subresource) {
      if (kind.kind !== "Process" || subresource !== "log") return false;
      if (exchange.info.attributes.verb !== "get") throw new StatusError("MethodNotAllowed", "a log can only be read");
      if (logs === undefined) throw new StatusError("ServiceUnavailable", "this server does not reach machines");
      const process = asProcess(getObject(backend, kind, key));
      const gone = new AbortController();
      const abort = (): void => gone.abort();
      exchange.reply.raw.once("close", abort);
      exchange.reply.raw.once("close", streams.add(abort));
      const stream = await logs(process, readLogRequest(exchange, backend, gone.signal));
      gone.signal.addEventListener("abort", () => stream.destroy(), { once: true });
      exchange.reply.header("content-type", "text/plain; charset=utf-8").header("cache-control", "no-cache");
      exchange.reply.send(stream);
      return true;
    },
  };
}

function readLogRequest({ info }: Exchange, backend: Backend, signal: AbortSignal): LogRequest {
  const { query } = info;
  const tailLines = query.number("tailLines");
  const sinceSeconds = query.number("sinceSeconds");
  const since =
    sinceSeconds === undefined
      ? query.get("sinceTime")
      : new Date(backend.clock.now() - sinceSeconds * 1000).toISOString();
  return {
    follow: query.flag("follow"),
    previous: query.flag("previous"),
    timestamps: query.flag("timestamps"),
    ...(tailLines !== undefined && tailLines >= 0 && { tailLines }),
    ...(since !== undefined && { since }),
    signal,
  };
}

function asProcess(object: ApiObject): Process {
  return object as unknown as Process;
}
