import { Readable } from "node:stream";
import { type KindInfo, type ObjectKey, type Process, sourceOf } from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import type { ApiObject, Backend } from "../backend.ts";
import { badRequest } from "../errors.ts";
import { getObject } from "../objects.ts";
import { firstBytes, logLimitOf, readLogRequest } from "../streams/log-request.ts";
import type { FindMachine } from "../streams/machine-streams.ts";
import { checkContainer } from "../streams/pod-container.ts";
import { streamKindOf } from "../streams/stream-kinds.ts";
import type { Exchange } from "./exchange.ts";
import type { OpenStreams } from "./open-streams.ts";

/** Subresources of single objects that are streams. */
export interface StreamRoutes {
  /** False where the address is none of a stream. */
  handle(exchange: Exchange, kind: KindInfo, key: ObjectKey, subresource: string): Promise<boolean>;
}

/** Logs; and what is said to who asks for a stream without a connection that can carry it. */
export function makeStreamRoutes(
  backend: Backend,
  findMachine: FindMachine | undefined,
  streams: OpenStreams,
): StreamRoutes {
  return {
    async handle(exchange, kind, key, subresource) {
      const stream = streamKindOf(kind, subresource);
      if (stream === undefined) return false;
      if (stream !== "log") throw badRequest("Upgrade request required");
      if (exchange.info.attributes.verb !== "get") throw new StatusError("MethodNotAllowed", "a log can only be read");
      if (findMachine === undefined) throw new StatusError("ServiceUnavailable", "this server does not reach machines");
      const { query } = exchange.info;
      checkContainer(kind, key.name, query);
      const process = asProcess(getObject(backend, sourceOf(kind), key));
      const gone = new AbortController();
      const abort = (): void => gone.abort();
      exchange.reply.raw.once("close", abort);
      exchange.reply.raw.once("close", streams.add(abort));
      const request = readLogRequest(query, backend.clock, gone.signal);
      const limit = logLimitOf(query);
      const log = await findMachine({ kind: "process", process }).readLog(request);
      gone.signal.addEventListener("abort", () => log.destroy(), { once: true });
      exchange.reply.header("content-type", "text/plain; charset=utf-8").header("cache-control", "no-cache");
      exchange.reply.send(limit === undefined ? log : Readable.from(firstBytes(log, limit)));
      return true;
    },
  };
}

function asProcess(object: ApiObject): Process {
  return object as unknown as Process;
}
