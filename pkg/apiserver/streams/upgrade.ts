import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import {
  type Claim,
  hasVerb,
  type KindInfo,
  kindByResource,
  type Process,
  type Resource,
  sourceOf,
} from "../../api/index.ts";
import { messageSocketOf } from "../../client/index.ts";
import { watchProtocol } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Backend } from "../backend.ts";
import { badRequest } from "../errors.ts";
import { auditIdHeader, type Gate } from "../http/gate.ts";
import { methodNotAllowed, pageNotFound } from "../http/object-request.ts";
import type { RequestMetrics } from "../http/request-metrics.ts";
import type { Visit } from "../http/visit.ts";
import type { WatchHooks } from "../http/watch-stream.ts";
import { getObject } from "../objects.ts";
import type { FindMachine, MachineStreams, StreamTarget } from "./machine-streams.ts";
import { checkContainer } from "./pod-container.ts";
import { serveWatch } from "./serve-watch.ts";
import { streamKindOf } from "./stream-kinds.ts";
import { streamPlanners } from "./stream-plans.ts";
import { checkOrigin, offeredProtocols, type WebSocketAcceptor } from "./web-socket-server.ts";

export interface UpgradeOptions {
  readonly backend: Backend;
  readonly gate: Gate;
  readonly sockets: WebSocketAcceptor;
  readonly metrics: RequestMetrics;
  readonly watches: WatchHooks;
  /** Absent: no machine is reached. */
  readonly findMachine: FindMachine | undefined;
}

/** What to do with a connection that changes its protocol. */
interface UpgradePlan {
  readonly protocol: string;
  /** Takes the connection before anything comes from it. Ends with it, and does not reject. */
  readonly serve: (accepted: WebSocket) => Promise<void>;
}

/**
 * A request that asks for another protocol: WebSockets on the subresources that are streams, and watches. What can be told before
 * the connection is accepted is told as an ordinary answer; later failures are told within the protocol.
 */
export async function handleUpgrade(
  options: UpgradeOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  // A client that goes away while a machine is being asked is no error.
  socket.on("error", () => socket.destroy());
  const visit = options.gate.arrive(request);
  let code: number | undefined;
  options.metrics.streamStarted();
  socket.once("close", () => {
    options.gate.leave(visit, code);
    options.metrics.streamEnded(visit.attributes, code ?? 0);
  });
  try {
    const plan = await makePlan(options, visit);
    if (socket.destroyed) return;
    const answer = { protocol: plan.protocol, headers: [`${auditIdHeader}: ${visit.auditId}`] };
    await options.sockets.accept({ request, socket, head }, answer, (accepted) => {
      code = 101;
      return plan.serve(accepted);
    });
  } catch (error) {
    if (code !== undefined) return;
    const refusal = StatusError.from(error);
    code = refusal.code;
    refuse(socket, refusal, visit);
  }
}

async function makePlan(options: UpgradeOptions, visit: Visit): Promise<UpgradePlan> {
  const { request, info, attributes } = visit;
  if (attributes.verb === "watch") return planWatch(options, visit);
  const isLog = info.attributes.kind === "resource" && info.attributes.subresource === "log";
  // Whoever may run commands may change things: the right to read is not enough, whatever the method says.
  await options.gate.admit(visit, isLog ? "get" : "create");
  checkOrigin(request);
  const { kind, stream, object } = findTarget(options, visit);
  const findMachine = (): MachineStreams => find(options.findMachine, targetOf(kind, object));
  const plan = streamPlanners[stream]({ backend: options.backend, request, info, findMachine });
  checkUpgrade(request);
  const { protocol, serve } = await plan();
  return { protocol, serve: (accepted) => serve(messageSocketOf(accepted, protocol)) };
}

/** A browser has a handful of connections for requests, which watches would use up, and many for WebSockets. */
async function planWatch({ gate, backend, watches }: UpgradeOptions, visit: Visit): Promise<UpgradePlan> {
  const { request, info } = visit;
  await gate.admit(visit);
  checkOrigin(request);
  const { attributes } = info;
  if (attributes.kind !== "resource") throw pageNotFound();
  const kind = kindByResource(attributes.group, info.version, attributes.resource);
  if (kind === undefined || (attributes.namespace !== undefined && !kind.namespaced)) throw pageNotFound();
  if (!hasVerb(kind, "watch")) throw methodNotAllowed(kind);
  checkUpgrade(request);
  const offered = offeredProtocols(request);
  const protocol = offered.find((name) => name === watchProtocol) ?? offered[0] ?? "";
  const watched = { kind, attributes, info, request };
  return { protocol, serve: (accepted) => serveWatch(accepted, request.socket, { backend, watches, watched }) };
}

function checkUpgrade({ headers }: IncomingMessage): void {
  const upgrade = headers.upgrade?.toLowerCase() ?? "";
  if (upgrade.startsWith("spdy")) throw tooOld();
  if (upgrade !== "websocket") throw badRequest("the only protocol to upgrade to is websocket");
}

/** The sentence that people with an older kubectl read. Newer ones come here when something in between refused WebSockets. */
function tooOld(): StatusError {
  return badRequest(
    "SPDY is not served, only WebSocket: use kubectl 1.30 or newer for exec, attach and cp, 1.31 or newer for port-forward, " +
      "or plush itself (a newer kubectl that reads this was kept from WebSocket by a proxy)",
  );
}

function findTarget({ backend }: UpgradeOptions, { info: { attributes, version, query } }: Visit) {
  if (attributes.kind !== "resource" || attributes.name === undefined) throw pageNotFound();
  const shown = kindByResource(attributes.group, version, attributes.resource);
  const stream = shown && streamKindOf(shown, attributes.subresource);
  if (shown === undefined || stream === undefined) throw pageNotFound();
  checkContainer(shown, attributes.name, query);
  // A Pod stands for its process.
  const kind = sourceOf(shown);
  const object: unknown = getObject(backend, kind, { namespace: attributes.namespace ?? "", name: attributes.name });
  return { kind, stream, object };
}

function targetOf({ kind }: KindInfo, object: unknown): StreamTarget {
  if (kind === "Process") return { kind: "process", process: object as Process };
  return kind === "Claim"
    ? { kind: "claim", claim: object as Claim }
    : { kind: "resource", resource: object as Resource };
}

function find(findMachine: FindMachine | undefined, target: StreamTarget): MachineStreams {
  if (findMachine === undefined) throw new StatusError("ServiceUnavailable", "this server does not reach machines");
  return findMachine(target);
}

function refuse(socket: Duplex, error: StatusError, { auditId }: Visit): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(error.toBody());
  const { retryAfterSeconds } = error.details;
  const head = [
    `HTTP/1.1 ${error.code} ${error.reason}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    `${auditIdHeader}: ${auditId}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
