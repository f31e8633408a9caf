import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import {
  type Authorizer,
  authorize,
  type Identity,
  type RequestAttributes,
  type ResourceAttributes,
} from "../../auth/index.ts";
import { invalidParameter } from "../errors.ts";
import { bodyOf, type Exchange } from "./exchange.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { Query } from "./query.ts";

/** An address of the server that is about no object: a backup, a command on many machines. Authorized like any other. */
export interface ExtraRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As the router reads it, without a query; a part that begins with ":" varies. */
  readonly path: string;
  handle(request: ExtraRequest): Promise<ExtraAnswer>;
}

export interface ExtraRequest {
  readonly identity: Identity;
  /** Of the address; absent where it names none. */
  readonly namespace?: string;
  readonly query: Query;
  /** Of the address, without its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came; empty where there is none. */
  readonly raw: Uint8Array;
  /** Read by its Content-Type; undefined where there is none. */
  readonly body: unknown;
  /** Aborted when the client has gone before the answer ended. */
  readonly signal: AbortSignal;
  /** Throws Forbidden where who asks may not do this either: for routes that do something to objects. */
  authorize(attributes: Omit<ResourceAttributes, "kind">): void;
}

export interface ExtraAnswer {
  /** Default 200. */
  readonly code?: number;
  readonly contentType: string;
  readonly body: string | Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

interface ExtraRouteOptions {
  readonly exchangeOf: (request: object) => Exchange;
  readonly streams: OpenStreams;
  readonly authorizer: Authorizer;
}

export function addExtraRoutes(
  app: FastifyInstance,
  routes: readonly ExtraRoute[],
  { exchangeOf, streams, authorizer }: ExtraRouteOptions,
): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const exchange = exchangeOf(request);
        if (route.method !== "GET" && exchange.info.query.get("dryRun") !== undefined)
          throw invalidParameter("dryRun", "Forbidden: this cannot be tried without doing it");
        const gone = new AbortController();
        const abort = (): void => gone.abort();
        reply.raw.once("close", abort);
        reply.raw.once("close", streams.add(abort));
        const { identity, info } = exchange;
        const answer = await route.handle({
          identity,
          ...namespaceOf(info.attributes),
          query: info.query,
          path: info.path,
          headers: request.headers,
          raw: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
          body: bodyOf(exchange),
          signal: gone.signal,
          authorize: (attributes) => authorize(authorizer, identity, { kind: "resource", ...attributes }),
        });
        const { body } = answer;
        if (typeof body !== "string") gone.signal.addEventListener("abort", () => body.destroy(), { once: true });
        reply.code(answer.code ?? 200).header("content-type", answer.contentType);
        if (answer.headers !== undefined) reply.headers(answer.headers);
        return reply.send(body);
      },
    });
  }
}

function namespaceOf(attributes: RequestAttributes): { readonly namespace?: string } {
  return attributes.kind === "resource" && attributes.namespace !== undefined
    ? { namespace: attributes.namespace }
    : {};
}
