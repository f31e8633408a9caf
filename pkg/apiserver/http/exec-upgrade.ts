import type { IncomingMessage } from "node:http";
import { type Duplex, pipeline } from "node:stream";
import { kindByResource, type Process, type Resource } from "../../api/index.ts";
import { isObject } from "../../merge/index.ts";
import type { ExecRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Backend } from "../backend.ts";
import { badRequest } from "../errors.ts";
import { getObject } from "../objects.ts";
import { isExecutable } from "./discovery.ts";
import { auditIdHeader, type Gate } from "./gate.ts";
import type { Visit } from "./visit.ts";

/** The value of the Upgrade header by which a command's stream is asked for. */
const upgradeProtocol = "plush-exec";

/** On what a command is to run. */
export type ExecTarget =
  | { readonly kind: "process"; readonly process: Process }
  | { readonly kind: "resource"; readonly resource: Resource };

/** Starts a command and gives its stream of frames; rejects with a StatusError where it cannot. */
export type ExecHandler = (target: ExecTarget, request: ExecRequest) => Promise<Duplex>;

export interface ExecUpgradeOptions {
  readonly backend: Backend;
  readonly gate: Gate;
  readonly exec: ExecHandler | undefined;
}

/**
 * GET …/processes/NAME/exec or …/resources/NAME/exec with `Upgrade: plush-exec` and the ExecRequest in x-exec: after
 * the 101, both ends send frames as pkg/protocol describes them.
 */
export async function handleUpgrade(
  options: ExecUpgradeOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  // A client that goes away while a machine is being asked is no error.
  socket.on("error", () => socket.destroy());
  const visit = options.gate.arrive(request);
  let code: number | undefined;
  socket.once("close", () => options.gate.leave(visit, code));
  try {
    const stream = await start(options, visit);
    if (socket.destroyed) {
      stream.destroy();
      return;
    }
    code = 101;
    const lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", `Upgrade: ${upgradeProtocol}`];
    socket.write(`${lines.join("\r\n")}\r\n${auditIdHeader}: ${visit.auditId}\r\n\r\n`);
    if (head.length > 0) socket.unshift(head);
    join(socket, stream);
  } catch (error) {
    const refusal = StatusError.from(error);
    code = refusal.code;
    refuse(socket, refusal, visit);
  }
}

async function start(options: ExecUpgradeOptions, visit: Visit): Promise<Duplex> {
  const { request, info } = visit;
  const { attributes, version } = info;
  // Whoever may run commands may change things: reading rights are not enough.
  await options.gate.admit(visit, "create");
  const { upgrade } = request.headers;
  if (upgrade?.toLowerCase() !== upgradeProtocol)
    throw badRequest(`the only protocol to upgrade to is ${upgradeProtocol}`);
  const notThere = new StatusError("NotFound", "the server could not find the requested resource");
  if (attributes.kind !== "resource" || attributes.subresource !== "exec") throw notThere;
  const kind = kindByResource(attributes.group, version, attributes.resource);
  if (kind === undefined || !isExecutable(kind) || attributes.name === undefined) throw notThere;
  const exec = readExecRequest(request.headers["x-exec"]);
  if (options.exec === undefined) throw new StatusError("ServiceUnavailable", "this server does not reach machines");
  const object: unknown = getObject(options.backend, kind, {
    namespace: attributes.namespace ?? "",
    name: attributes.name,
  });
  const target: ExecTarget =
    kind.kind === "Process"
      ? { kind: "process", process: object as Process }
      : { kind: "resource", resource: object as Resource };
  return options.exec(target, exec);
}

function join(socket: Duplex, stream: Duplex): void {
  // Each direction ends by itself: stdin may be over long before the output is.
  const destroy = (error: unknown): void => {
    if (!error) return;
    socket.destroy();
    stream.destroy();
  };
  pipeline(socket, stream, destroy);
  pipeline(stream, socket, destroy);
}

function refuse(socket: Duplex, error: StatusError, { auditId }: Visit): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(error.toBody());
  const head = [
    `HTTP/1.1 ${error.code} ${error.reason}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    `${auditIdHeader}: ${auditId}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function readExecRequest(header: string | string[] | undefined): ExecRequest {
  if (typeof header !== "string") throw badRequest("the header x-exec is missing");
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, "base64url").toString());
  } catch {
    throw badRequest("the header x-exec is not base64url of JSON");
  }
  if (!isObject(value)) throw badRequest("the header x-exec must hold an object");
  const { argv, env, tty, stdin, timeoutMs, user } = value;
  if (!isTextList(argv) || argv.length === 0) throw badRequest("x-exec: argv must be a list of strings, not empty");
  if (env !== undefined && !(isObject(env) && isTextList(Object.values(env))))
    throw badRequest("x-exec: env must map names to strings");
  return {
    argv,
    stdin: stdin === true,
    timeoutMs: typeof timeoutMs === "number" && timeoutMs >= 0 ? timeoutMs : 0,
    ...(env !== undefined && { env: env as Readonly<Record<string, string>> }),
    ...readTerminal(tty),
    ...(typeof user === "string" && user !== "" && { user }),
  };
}

function readTerminal(tty: unknown): Pick<ExecRequest, "tty"> {
  if (!isObject(tty)) return {};
  const { rows, columns } = tty;
  if (typeof rows !== "number" || typeof columns !== "number") throw badRequest("x-exec: tty needs rows and columns");
  return { tty: { rows, columns } };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
