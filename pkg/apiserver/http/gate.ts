import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { AuditLog } from "../../audit/index.ts";
import {
  type Authenticator,
  type Authorizer,
  anonymous,
  authorize,
  type Caller,
  type Identity,
  impersonate,
} from "../../auth/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
import type { Backend } from "../backend.ts";
import { auditEventOf } from "./audit-record.ts";
import { OpenCredentials } from "./open-credentials.ts";
import { readRequestInfo, ruledAttributes } from "./request-info.ts";
import type { RequestLimits } from "./request-limits.ts";
import { isAboutServer, isLong, type Visit } from "./visit.ts";

export interface GateOptions {
  readonly backend: Backend;
  readonly authenticate: Authenticator;
  readonly authorizer: Authorizer;
  readonly limits: RequestLimits;
  readonly audit: AuditLog | undefined;
}

/** The header by which an answer names its record. */
export const auditIdHeader = "audit-id";

/**
 * The one way into the server, for requests and for connections that change their protocol: `arrive` when the head has
 * been read, `admit` before anything is done, `leave` when the answer has ended.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #credentials: OpenCredentials;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#credentials = new OpenCredentials(options.backend);
  }

  arrive(request: IncomingMessage, info = readRequestInfo(request.method ?? "GET", request.url ?? "/")): Visit {
    const { clock } = this.#options.backend;
    return {
      auditId: randomUUID(),
      request,
      info,
      attributes: ruledAttributes(info),
      receivedAt: clock.now(),
      startedAt: clock.monotonic(),
      releases: [],
    };
  }

  /**
   * Authenticates, counts and authorizes. `verb` is what is asked for where the method does not say it. Throws
   * Unauthorized, TooManyRequests or Forbidden.
   */
  async admit(visit: Visit, verb = visit.attributes.verb): Promise<Identity> {
    visit.attributes = { ...visit.attributes, verb };
    const caller = await this.#authenticate(visit);
    visit.caller = caller;
    this.#count(visit, caller);
    const { authorizer } = this.#options;
    try {
      const identity = wantsToBeAnother(visit.request.headers)
        ? impersonate(authorizer, caller.identity, visit.request.headersDistinct)
        : caller.identity;
      visit.identity = identity;
      visit.decision = authorize(authorizer, identity, visit.attributes);
      if (isLong(visit)) this.#record(visit, "RequestReceived");
      return identity;
    } catch (error) {
      visit.decision = { allowed: false, reason: StatusError.from(error).message };
      throw error;
    }
  }

  /** Milliseconds since a visit began. */
  elapsedMs({ startedAt }: Visit): number {
    return this.#options.backend.clock.monotonic() - startedAt;
  }

  /** Ends a visit; `code` is that of the answer, undefined where the client had gone before there was one. */
  leave(visit: Visit, code: number | undefined): void {
    for (const release of visit.releases.splice(0)) release();
    const unremarkable = isAboutServer(visit) && code !== undefined && code < 400;
    if (visit.isExcess !== true && !unremarkable) this.#record(visit, "ResponseComplete", code);
  }

  close(): void {
    this.#credentials.close();
  }

  async #authenticate(visit: Visit): Promise<Caller> {
    const { socket, headers } = visit.request;
    try {
      const caller = await this.#options.authenticate({
        socket,
        authorization: headers.authorization ?? bearerOfProtocols(headers["sec-websocket-protocol"]),
      });
      if (caller.identity === anonymous) this.#countStranger(visit);
      return caller;
    } catch (error) {
      if (isReason(error, "Unauthorized")) this.#countStranger(visit);
      throw error;
    }
  }

  #countStranger(visit: Visit): void {
    excess(visit, () => this.#options.limits.countStranger(visit.request.socket.remoteAddress));
  }

  #count(visit: Visit, caller: Caller): void {
    const long = isLong(visit);
    if (caller.identity !== anonymous)
      visit.releases.push(excess(visit, () => this.#options.limits.begin(caller.identity, long)));
    if (long) visit.releases.push(this.#credentials.hold(caller, () => visit.request.socket.destroy()));
  }

  #record(visit: Visit, stage: "RequestReceived" | "ResponseComplete", code?: number): void {
    const { audit, backend } = this.#options;
    audit?.write(auditEventOf(visit, stage, { now: backend.clock.now(), elapsedMs: this.elapsedMs(visit), code }));
  }
}

/** Node makes distinct headers anew for each request that asks for them. */
function wantsToBeAnother(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (name.startsWith("impersonate-")) return true;
  return false;
}

function excess<T>(visit: Visit, count: () => T): T {
  try {
    return count();
  } catch (error) {
    visit.isExcess = true;
    throw error;
  }
}

/** Browsers can set no header of a WebSocket but this one, and Kubernetes lets them put their token there. */
function bearerOfProtocols(header: string | undefined): string | undefined {
  const found = /(?:^|[,\s])base64url\.bearer\.authorization\.k8s\.io\.([\w-]+)/.exec(header ?? "")?.[1];
  return found === undefined ? undefined : `Bearer ${Buffer.from(found, "base64url").toString()}`;
}
