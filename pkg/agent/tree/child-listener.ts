import { createServer as createListener, type Server as Listener } from "node:net";
import type { Duplex } from "node:stream";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import { relayProtocol } from "../../protocol/index.ts";
import { listenAt } from "../listen-at.ts";
import { ChildLink } from "./child-link.ts";
import { type Credentials, nameIn } from "./identity.ts";
import type { TreeWire } from "./tree-wire.ts";

export interface ListenerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Where other machines reach this one, as far as it is known. */
  readonly address: string;
  readonly credentials: Credentials;
  readonly pingMs: number;
  /** A child has come or gone. */
  readonly onChange: () => void;
  readonly wire?: TreeWire;
}

/** Who has not shown a certificate by then is no agent. */
const handshakeMs = 5000;
/** Connections at once, whoever they are from, besides those of children. */
const strangers = 64;

/** A parent's side: lets those children in that it was told of, and no one else. */
export class ChildListener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  /** Takes what the other serves. */
  readonly #front: Listener;
  readonly #links = new Map<string, ChildLink>();
  /** Of children and of those who have not shown yet who they are. */
  readonly #sockets = new Set<Duplex>();
  #allowed: ReadonlySet<string> = new Set();

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        ...options.credentials,
        requestCert: true,
        rejectUnauthorized: true,
        ALPNProtocols: [relayProtocol],
        handshakeTimeout: handshakeMs,
      },
      (socket) => this.#take(socket),
    );
    const { wire } = options;
    this.#front =
      wire === undefined
        ? this.#server
        : createListener((socket) => void this.#server.emit("connection", wire.wrap(socket)));
    this.#server.on("connection", (socket: Duplex) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("tlsClientError", (error) => {
      options.log.debug({ error: error.message }, "connection refused: no agent of this cluster");
    });
  }

  /** Resolves to the port. */
  listen(port: number): Promise<number> {
    return listenAt(this.#front, this.#options.address, port);
  }

  allow(children: readonly string[]): void {
    this.#allowed = new Set(children);
    this.#front.maxConnections = children.length * 2 + strangers;
  }

  /** For connections to come. */
  renew(credentials: Credentials): void {
    this.#server.setSecureContext(credentials);
  }

  get children(): readonly string[] {
    return [...this.#links.keys()].sort();
  }

  child(uid: string): ChildLink | undefined {
    return this.#links.get(uid);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#front.close(() => resolve()));
    for (const link of this.#links.values()) link.end("this agent does not listen any more");
    // In a moment, as sessions are: what is destroyed while one reads from it ends the process.
    setImmediate(() => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await closed;
  }

  #take(socket: TLSSocket): void {
    const { clock, log, pingMs, onChange } = this.#options;
    const uid = nameIn(socket.getPeerCertificate());
    socket.on("error", () => undefined);
    if (!this.#allowed.has(uid) || socket.alpnProtocol !== relayProtocol) {
      log.warn({ uid, protocol: socket.alpnProtocol }, "connection refused: not a child of this agent");
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    // One that comes anew has lost its former link, whether or not that is known here.
    this.#links.get(uid)?.end("the child has connected anew");
    const link = new ChildLink(socket, {
      clock,
      pingMs,
      onEnd: (why) => {
        log.info({ child: uid, why }, "child gone");
        if (this.#links.get(uid) !== link) return;
        this.#links.delete(uid);
        onChange();
      },
    });
    this.#links.set(uid, link);
    onChange();
  }
}
