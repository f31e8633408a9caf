import type { IncomingMessage, ServerResponse } from "node:http";
import { kindByResource } from "../../api/index.ts";
import type { Logger } from "../../log/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
import { maxBodyBytes } from "./body.ts";
import { DirectAnswer } from "./direct-answer.ts";
import { type Exchange, sendError } from "./exchange.ts";
import { auditIdHeader, type Gate } from "./gate.ts";
import { readWhole } from "./request-body.ts";
import { type RequestInfo, readRequestInfo } from "./request-info.ts";
import type { RequestMetrics } from "./request-metrics.ts";
import type { TraceRequest } from "./request-tracing.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface ObjectServerOptions {
  readonly gate: Gate;
  /** Answers a request about stored objects. */
  readonly handle: (exchange: Exchange) => Promise<unknown>;
  readonly metrics: RequestMetrics;
  readonly log: Logger;
  /** True while the server ends: connections are not kept then. */
  readonly isClosing: () => boolean;
  /** Undefined: requests are not traced. */
  readonly trace: TraceRequest | undefined;
}

/** Methods whose body, where there is one, nobody reads. */
const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Serves requests about stored objects, and hands all others on. They are most of what a server does, their addresses
 * say what they are about without a router, and a router's hooks would cost a third of a small one.
 */
export function makeObjectServer(options: ObjectServerOptions, others: Listener): Listener {
  return (request, response) => {
    const info = readRequestInfo(request.method ?? "GET", request.url ?? "/");
    const { trace } = options;
    if (!isAboutObjects(info) || !isReadable(info.path)) others(request, response);
    else if (trace === undefined) void serve(options, info, request, response);
    else trace(info, request, response, () => void serve(options, info, request, response));
  };
}

function isAboutObjects({ attributes, version }: RequestInfo): boolean {
  if (attributes.kind !== "resource") return false;
  const kind = kindByResource(attributes.group, version, attributes.resource);
  return kind !== undefined && kind.createOnly !== true;
}

/** An address with broken escapes is refused where all others are. */
function isReadable(path: string): boolean {
  if (!path.includes("%")) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

async function serve(
  { gate, handle, metrics, log, isClosing }: ObjectServerOptions,
  info: RequestInfo,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const visit = gate.arrive(request, info);
  response.once("close", () => {
    const code = response.headersSent ? response.statusCode : undefined;
    metrics.observe(info.attributes, response.statusCode, gate.elapsedMs(visit) / 1000);
    gate.leave(visit, code);
  });
  const answer = new DirectAnswer(response);
  answer.header(auditIdHeader, visit.auditId);
  if (isClosing()) answer.header("connection", "close");
  try {
    const identity = await gate.admit(visit);
    const body = bodiless.has(request.method ?? "") ? undefined : await readWhole(request, maxBodyBytes);
    const asked = { raw: request, headers: request.headers, body };
    await handle({ info, identity, request: asked, reply: answer, warnings: [] });
  } catch (error) {
    fail(answer, error, { request, log });
  }
}

function fail(
  answer: DirectAnswer,
  error: unknown,
  { request, log }: { readonly request: IncomingMessage; readonly log: Logger },
): void {
  if (StatusError.from(error).reason === "InternalError")
    log.error({ err: error, method: request.method, path: request.url?.split("?")[0] }, "request failed");
  if (answer.isSent) {
    answer.raw.destroy();
    return;
  }
  // Reading on only to throw it away is more than such a client is owed.
  if (isReason(error, "RequestEntityTooLarge")) answer.header("connection", "close");
  sendError(answer, error);
}
