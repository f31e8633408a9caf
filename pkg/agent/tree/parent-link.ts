import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import { destroySession, relayLinkBytes, relayStreamBytes, type TreeParent, treeRoutes } from "../../protocol/index.ts";
import { EagerDuplex } from "../../streams/index.ts";

import { watchPulse } from "./pulse.ts";

export interface ParentLinkOptions {
  readonly clock: Clock;
  readonly pingMs: number;
  /** The parent has let it in. */
  readonly onAccepted: () => void;
  /** Takes what the parent relays. */
  readonly onRelayed: (stream: Duplex) => void;
  readonly onEnd: (why: string) => void;
}

/** A child's end of the link to a parent: serves it what it relays, and nothing else. */
export class ParentLink {
  readonly parent: TreeParent;
  readonly #options: ParentLinkOptions;
  readonly #server: Http2Server;
  readonly #streams = new Set<ServerHttp2Stream>();
  #session: ServerHttp2Session | undefined;
  #stopPulse = (): void => undefined;
  #isRetired = false;
  #hasEnded = false;

  constructor(parent: TreeParent, socket: TLSSocket, options: ParentLinkOptions) {
    this.parent = parent;
    this.#options = options;
    this.#server = createServer({ settings: { initialWindowSize: relayStreamBytes }, maxSessionMemory: 512 });
    this.#server.on("session", (session) => this.#open(session, socket));
    this.#server.on("stream", (stream, headers) => this.#serve(stream, `${headers[":method"]} ${headers[":path"]}`));
    this.#server.on("sessionError", (error: Error) => this.end(error.message));
    this.#server.setTimeout(0);
    this.#server.emit("connection", new EagerDuplex(socket));
  }

  /** Ends it once nothing is relayed over it: what has begun goes on. */
  retire(): void {
    this.#isRetired = true;
    if (this.#streams.size === 0) this.end("another parent has taken its place");
  }

  end(why: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#stopPulse();
    if (this.#session !== undefined) destroySession(this.#session);
    this.#options.onEnd(why);
  }

  #open(session: ServerHttp2Session, socket: TLSSocket): void {
    const { clock, pingMs, onAccepted } = this.#options;
    this.#session = session;
    // TLS alone does not tell: who is refused learns of it only when something comes, or nothing.
    session.once("remoteSettings", () => this.#hasEnded || onAccepted());
    session.setLocalWindowSize(relayLinkBytes);
    session.on("error", (error) => this.end(error.message));
    session.once("close", () => this.end("the parent has closed the link"));
    this.#stopPulse = watchPulse({
      clock,
      session,
      bytesRead: () => socket.bytesRead,
      pingMs,
      onSilent: (silentMs) => this.end(`nothing came from the parent for ${Math.round(silentMs)} ms`),
    });
  }

  #serve(stream: ServerHttp2Stream, request: string): void {
    stream.on("error", () => undefined);
    if (request !== `POST ${treeRoutes.relayed}`) {
      stream.respond({ ":status": 404 }, { endStream: true });
      return;
    }
    this.#streams.add(stream);
    stream.once("close", () => {
      this.#streams.delete(stream);
      if (this.#isRetired) this.retire();
    });
    stream.respond({ ":status": 200 });
    this.#options.onRelayed(new EagerDuplex(stream));
  }
}
