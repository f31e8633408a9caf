import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { maxMessageBytes } from "../../client/index.ts";
import type { Clock } from "../../clock/index.ts";
import { bearerProtocolPrefix } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";

/** An accepted connection is asked so often: proxies keep it, and one whose client has gone is found out although nobody reads it. */
const pingMs = 5000;
/** The kernel asks a silent client's host, whether or not the client reads. */
const keepAliveMs = 15_000;

export interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client has sent after its head. */
  readonly head: Buffer;
}

/** Accepts WebSockets. Messages are not compressed: they are many, and their compression is known to eat memory. */
export class WebSocketAcceptor {
  readonly #clock: Clock;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  readonly #headers = new WeakMap<IncomingMessage, readonly string[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#server.on("headers", (lines, request) => void lines.push(...(this.#headers.get(request) ?? [])));
  }

  /**
   * Answers 101 with one of the protocols that the client offers, "" for none. `headers`: further lines of the answer.
   * `serve` takes the connection before anything comes from it; resolves when it has ended.
   */
  accept(
    { request, socket, head }: Handshake,
    { protocol, headers }: { readonly protocol: string; readonly headers: readonly string[] },
    serve: (accepted: WebSocket) => Promise<void>,
  ): Promise<void> {
    // One of Kubernetes' names is no token of HTTP, which the library would refuse to read or to write.
    delete request.headers["sec-websocket-protocol"];
    const chosen = protocol === "" ? [] : [`Sec-WebSocket-Protocol: ${protocol}`];
    this.#headers.set(request, [...chosen, ...headers]);
    if (socket instanceof Socket) socket.setNoDelay(true).setKeepAlive(true, keepAliveMs);
    return new Promise((resolve, reject) => {
      socket.once("close", () => reject(new StatusError("Unreachable", "the client has gone")));
      this.#server.handleUpgrade(request, socket, head, (accepted) => {
        this.#ping(accepted);
        resolve(serve(accepted));
      });
    });
  }

  #ping(socket: WebSocket): void {
    const again = (): (() => void) =>
      this.#clock.setTimer(pingMs, () => {
        if (socket.readyState === socket.OPEN && socket.bufferedAmount === 0) socket.ping();
        cancel = again();
      });
    let cancel = again();
    socket.once("close", () => cancel());
  }
}

/** The subprotocols that a client offers, without the one that is its token. */
export function offeredProtocols({ headers }: IncomingMessage): readonly string[] {
  return (headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith(bearerProtocolPrefix));
}

/** The first of `known` that is offered. Throws BadRequest where there is none. */
export function chooseProtocol<Name extends string>(offered: readonly string[], known: readonly Name[]): Name {
  const chosen = known.find((name) => offered.includes(name));
  if (chosen !== undefined) return chosen;
  const told = offered.length === 0 ? "none" : offered.join(", ");
  throw badRequest(`unable to negotiate protocol: client supports ${told}, server accepts ${known.join(", ")}`);
}

/**
 * Browsers open WebSockets for any page, with the user's certificate: a page of another server must not run commands.
 * Throws Forbidden. Programs that are no browser send no Origin.
 */
export function checkOrigin({ headers: { origin, host } }: IncomingMessage): void {
  if (origin === undefined || hostOf(origin) === host?.toLowerCase()) return;
  throw new StatusError("Forbidden", `a page of ${origin} may not open connections to this server`);
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
