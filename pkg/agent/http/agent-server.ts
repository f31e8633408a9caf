import { chmod, chown, rm } from "node:fs/promises";
import {
  constants,
  createServer,
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createListener, type Server } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "../../log/index.ts";
import { destroySession, relayLinkBytes, routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { EagerDuplex } from "../../streams/index.ts";

import { type AgentRequest, answer, type Connection } from "./request.ts";

/** Of one stream. Large enough for a fast line with a long way, or uploads wait for acknowledgements. */
const windowBytes = 8 << 20;

export type Handler = (request: AgentRequest) => Promise<void>;

/** By method and route: "PUT /v1/document", "PUT /v1/receipts/:". */
export type Handlers = Readonly<Record<string, Handler>>;

/** HTTP/2 without TLS over the agent's Unix socket, or over any duplex that it is given. */
export class AgentServer {
  readonly #handlers: Handlers;
  readonly #log: Logger;
  readonly #server: Http2Server;
  readonly #listener: Server;
  readonly #sessions = new Map<Http2Session, Connection>();

  constructor(handlers: Handlers, log: Logger) {
    this.#handlers = handlers;
    this.#log = log;
    this.#server = createServer({ settings: { initialWindowSize: windowBytes }, maxSessionMemory: 512 });
    this.#server.on("session", (session) => this.#open(session));
    this.#server.on("stream", (stream, headers) => this.#serve(stream, headers));
    this.#server.on("sessionError", (error) => log.debug({ error: String(error) }, "connection failed"));
    this.#server.setTimeout(0);
    this.#listener = createListener((socket) => this.accept(socket));
  }

  /** Listens on a Unix socket that only this user, and `uid` if given, may use. */
  async listen(path: string, uid: number | undefined): Promise<void> {
    await rm(path, { force: true });
    const before = process.umask(0o177);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#listener.once("error", reject);
        this.#listener.listen(path, resolve);
      });
    } finally {
      process.umask(before);
    }
    await chmod(path, 0o600);
    if (uid !== undefined) await chown(path, uid, -1);
  }

  /** Serves a connection that came some other way. */
  accept(stream: Duplex): void {
    this.#server.emit("connection", new EagerDuplex(stream));
  }

  get connections(): number {
    return this.#sessions.size;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    this.drop();
    await closed;
  }

  /** Ends all connections. */
  drop(): void {
    for (const session of this.#sessions.keys()) destroySession(session);
  }

  #open(session: ServerHttp2Session): void {
    this.#sessions.set(session, { isGreeted: false });
    session.once("close", () => this.#sessions.delete(session));
    session.on("error", (error) => this.#log.debug({ error: String(error) }, "connection failed"));
    // What a child does not read stays here, and keeps nothing else from coming.
    session.setLocalWindowSize(relayLinkBytes);
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    // Its end reaches handlers by "close"; without a listener it would end the agent.
    stream.on("error", (error) => this.#log.debug({ error: String(error) }, "request failed"));
    this.#handle(stream, headers).catch((error: unknown) => {
      const status = StatusError.from(error);
      if (status.reason === "InternalError")
        this.#log.error({ error: String(status.cause ?? error) }, "request failed");
      if (stream.headersSent) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else answer(stream, status.toBody(), status.code);
    });
  }

  async #handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const url = new URL(headers[":path"] ?? "/", "http://agent");
    const { handler, parameter } = this.#route(headers[":method"] ?? "GET", url.pathname);
    const connection = stream.session && this.#sessions.get(stream.session);
    if (connection === undefined) return;
    if (!connection.isGreeted && url.pathname !== routes.hello) {
      throw new StatusError("Forbidden", "say hello first");
    }
    const endOlder = (term: number): void => this.#endOlder(term, connection);
    await handler({ stream, headers, connection, endOlder, parameter, query: url.searchParams });
  }

  #endOlder(term: number, asking: Connection): void {
    for (const [session, connection] of this.#sessions) {
      if (connection === asking || connection.term === undefined || connection.term >= term) continue;
      this.#log.info({ term: connection.term, newer: term }, "connection of a superseded server ended");
      destroySession(session);
    }
  }

  #route(method: string, path: string): { handler: Handler; parameter: string } {
    const whole = this.#handlers[`${method} ${path}`];
    if (whole !== undefined) return { handler: whole, parameter: "" };
    const cut = path.lastIndexOf("/");
    const handler = this.#handlers[`${method} ${path.slice(0, cut)}/:`];
    if (handler === undefined) throw new StatusError("NotFound", `no such request: ${method} ${path}`);
    return { handler, parameter: decodeURIComponent(path.slice(cut + 1)) };
  }
}
