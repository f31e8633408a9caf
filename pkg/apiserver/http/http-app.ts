import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { AuditLog } from "../../audit/index.ts";
import type { Authenticator, Authorizer } from "../../auth/index.ts";
import type { Logger } from "../../log/index.ts";
import type { Metrics } from "../../metrics/index.ts";
import type { Pages } from "../../pages/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Tracer } from "../../tracing/index.ts";
import type { Backend } from "../backend.ts";
import type { ObjectActions } from "../object-actions.ts";
import type { FindMachine } from "../streams/machine-streams.ts";
import { handleUpgrade } from "../streams/upgrade.ts";
import { WebSocketAcceptor } from "../streams/web-socket-server.ts";
import type { ReadUsage } from "../views/read-usage.ts";
import { addBlobRoutes, type BlobReceiver } from "./blob-routes.ts";
import { maxBodyBytes } from "./body.ts";
import { addDocumentRoutes } from "./document-routes.ts";
import { type Exchange, sendError } from "./exchange.ts";
import { addExtraRoutes, type ExtraRoute } from "./extra-routes.ts";
import { auditIdHeader, Gate } from "./gate.ts";
import type { HealthOptions } from "./health-routes.ts";
import { methodNotAllowed, pageNotFound } from "./object-request.ts";
import { makeObjectServer, type ObjectServerOptions } from "./object-server.ts";
import { OpenStreams } from "./open-streams.ts";
import { makePageServer } from "./page-server.ts";
import { readRequestInfo } from "./request-info.ts";
import { defaultLimits, type LimitOptions, RequestLimits } from "./request-limits.ts";
import { makeRequestMetrics, type RequestMetrics } from "./request-metrics.ts";
import { requestTracing, type TraceRequest } from "./request-tracing.ts";
import { makeResourceHandler } from "./resource-routes.ts";
import { makeStreamRoutes } from "./stream-routes.ts";
import { maxHeaderBytes, refuseUnreadable } from "./unreadable.ts";
import type { WatchHooks } from "./watch-stream.ts";

/**
 * Takes a connection on which no user speaks, but a machine with credentials of its own; false: it is none. Whoever takes it
 * says who is let in, and bounds what strangers may cost.
 */
export type TakeHost = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

export interface HttpOptions {
  readonly backend: Backend;
  readonly actions: ObjectActions;
  readonly authenticate: Authenticator;
  readonly authorizer: Authorizer;
  /** Absent: nothing is recorded. */
  readonly audit?: AuditLog | undefined;
  readonly limits?: LimitOptions | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The version that /version tells, "0.1.0". */
  readonly version: string;
  readonly health: HealthOptions;
  readonly findMachine?: FindMachine | undefined;
  readonly usage?: ReadUsage | undefined;
  readonly blobs?: BlobReceiver | undefined;
  readonly extraRoutes?: readonly ExtraRoute[] | undefined;
  readonly takeHost?: TakeHost | undefined;
  /** Absent: there is no console. */
  readonly pages?: Pages | undefined;
  readonly tracer?: Tracer | undefined;
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
}

/** Longer than the minute for which clients and proxies keep idle connections: it is for them to end one. */
const keepAliveTimeout = 72_000;

/** Builds the HTTP server; it listens when told to. `app.close()` ends watches and waits for what is being answered. */
export function makeHttpApp(options: HttpOptions): FastifyInstance {
  const { backend, log } = options;
  const requestMetrics = makeRequestMetrics(options.metrics);
  const limits = new RequestLimits(options.limits ?? defaultLimits, { clock: backend.clock, metrics: options.metrics });
  const gate = makeGate(options, limits);
  const streams = new OpenStreams();
  const watches = watchHooks(requestMetrics, streams);
  let isClosing = false;
  const handle = makeResourceHandler({
    backend,
    actions: options.actions,
    streams: makeStreamRoutes(backend, options.findMachine, streams),
    usage: options.usage,
    openBlob: async (digest) => (await options.blobs?.open?.(digest, 0))?.stream,
    ...watches,
  });
  const objects: ObjectServerOptions = {
    ...{ gate, handle, metrics: requestMetrics, log, isClosing: () => isClosing },
    trace: requestTracing(options.tracer),
  };
  const pages = { pages: options.pages, limits, metrics: requestMetrics };
  const app = makeFastify(options.tls, (framework) => makePageServer(pages, makeObjectServer(objects, framework)));
  const exchanges = new WeakMap<object, Exchange>();
  const exchangeOf = (request: object): Exchange => {
    const exchange = exchanges.get(request);
    if (exchange === undefined) throw new Error("a request was routed before it was authorized");
    return exchange;
  };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("onClose", async () => gate.close());
  traceRequests(app, objects.trace);
  app.addHook("onRequest", async (request, reply) => {
    exchanges.set(request, await enter(gate, request, reply));
  });
  app.addHook("onResponse", async (request, reply) => {
    const { attributes } = exchanges.get(request)?.info ?? readRequestInfo(request.method, request.url);
    requestMetrics.observe(attributes, reply.statusCode, reply.elapsedTime / 1000);
  });
  answerFaults(app, log);

  app.addHook("preClose", async () => {
    isClosing = true;
    streams.endAll();
  });
  addDocumentRoutes(app, options, exchangeOf);
  if (options.blobs !== undefined) addBlobRoutes(app, options.blobs, exchangeOf);
  addExtraRoutes(app, options.extraRoutes ?? [], { exchangeOf, streams, authorizer: options.authorizer });
  const upgrades = {
    ...{ backend, gate, metrics: requestMetrics, findMachine: options.findMachine, watches },
    sockets: new WebSocketAcceptor(backend.clock),
  };
  app.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.once(
      "close",
      streams.add(() => socket.destroy()),
    );
    if (options.takeHost?.(request, socket, head) !== true) void handleUpgrade(upgrades, request, socket, head);
  });
  return app;
}

function answerFaults(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const status = StatusError.from(error);
    if (status.reason === "InternalError" && !("statusCode" in Object(error)))
      log.error({ err: error, method: request.method, path: request.url.split("?")[0] }, "request failed");
    return sendError(reply, error);
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, isDocument(request) ? methodNotAllowed() : pageNotFound()),
  );
}

/** Of what is not about objects; those are traced where they are served. */
function traceRequests(app: FastifyInstance, trace: TraceRequest | undefined): void {
  if (trace === undefined) return;
  app.addHook("onRequest", (request, reply, done) =>
    trace(readRequestInfo(request.method, request.url), request.raw, reply.raw, done),
  );
}

/** Shows another certificate to who connects from now on; connections that stand go on. */
export function presentCertificate(app: FastifyInstance, tls: HttpOptions["tls"]): void {
  const { server } = app as unknown as { readonly server: Server };
  server.setSecureContext(secureContext(tls));
}

function secureContext({ key, cert, ca }: HttpOptions["tls"]): SecureContextOptions {
  return { key, cert, ca, minVersion: "TLSv1.2", ecdhCurve: "X25519:P-256" };
}

/** What is told of watches, however they are carried. */
function watchHooks(metrics: RequestMetrics, streams: OpenStreams): WatchHooks {
  return {
    onWatch(end) {
      const ended = streams.add(end);
      metrics.watchStarted();
      return () => {
        ended();
        metrics.watchEnded();
      };
    },
    onDropped: () => metrics.watchDropped(),
    onEvent: () => metrics.watchEvent(),
  };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** `front`: what answers before the framework does, and hands it the rest. */
function makeFastify(tls: HttpOptions["tls"], front: (framework: Listener) => Listener): FastifyInstance {
  const https: ServerOptions = {
    ...secureContext(tls),
    // Who shows no certificate, or one of another authority, may still come with a token, or as nobody.
    requestCert: true,
    rejectUnauthorized: false,
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout,
    // Packages may take as long as they take.
    requestTimeout: 0,
  };
  const app = fastify({
    bodyLimit: maxBodyBytes,
    // Names of objects may be up to 253 characters, and are one parameter of an address.
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    exposeHeadRoutes: true,
    clientErrorHandler: (error, socket) => refuseUnreadable(error, socket),
    frameworkErrors: (error, _request, reply) => {
      sendError(reply as FastifyReply, error);
    },
    logger: false,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    serverFactory: (framework) => createServer(https, front(framework)),
  });
  // The type names the server it runs on, which nobody here asks for.
  return app as unknown as FastifyInstance;
}

function makeGate({ backend, authenticate, authorizer, audit }: HttpOptions, limits: RequestLimits): Gate {
  return new Gate({ backend, authenticate, authorizer, audit, limits });
}

const documents = /^\/(|api|apis|healthz|livez|readyz|version|metrics|api\/v1|openapi\/v[23])\/?(\?|$)/;

/** Whether an address is there, and only the method is not. */
function isDocument({ method, url }: FastifyRequest): boolean {
  return method !== "GET" && method !== "HEAD" && documents.test(url);
}

async function enter(gate: Gate, request: FastifyRequest, reply: FastifyReply): Promise<Exchange> {
  const visit = gate.arrive(request.raw);
  reply.header(auditIdHeader, visit.auditId);
  const { raw } = reply;
  raw.once("close", () => gate.leave(visit, raw.headersSent ? raw.statusCode : undefined));
  const identity = await gate.admit(visit);
  return { info: visit.info, identity, request, reply, warnings: [] };
}
