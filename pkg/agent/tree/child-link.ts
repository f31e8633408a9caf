import http2 from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import { destroySession, relayLinkBytes, relayStreamBytes, treeRoutes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { watchPulse } from "./pulse.ts";

export interface ChildLinkOptions {
  readonly clock: Clock;
  readonly pingMs: number;
  readonly onEnd: (why: string) => void;
}

/** A parent's end of the link to one child, which serves HTTP/2 there. */
export class ChildLink {
  readonly #session: http2.ClientHttp2Session;
  readonly #socket: TLSSocket;
  readonly #stopPulse: () => void;
  #onEnd: ((why: string) => void) | undefined;

  constructor(socket: TLSSocket, { clock, pingMs, onEnd }: ChildLinkOptions) {
    this.#socket = socket;
    this.#onEnd = onEnd;
    const session = http2.connect("http://child", {
      createConnection: () => socket,
      settings: { initialWindowSize: relayStreamBytes, enablePush: false },
      maxSessionMemory: 512,
    });
    this.#session = session;
    session.once("connect", () => session.setLocalWindowSize(relayLinkBytes));
    session.on("error", (error) => this.end(error.message));
    session.once("close", () => this.end("the child has closed the link"));
    socket.on("error", (error) => this.end(error.message));
    this.#stopPulse = watchPulse({
      clock,
      session,
      bytesRead: () => socket.bytesRead,
      pingMs,
      onSilent: (silentMs) => this.end(`nothing came from the child for ${Math.round(silentMs)} ms`),
    });
  }

  /** A stream to the child itself. Throws Unreachable. */
  open(): http2.ClientHttp2Stream {
    if (this.#onEnd === undefined || this.#session.destroyed)
      throw new StatusError("Unreachable", "the child has gone");
    const stream = this.#session.request({ ":method": "POST", ":path": treeRoutes.relayed });
    stream.once("response", (headers) => headers[":status"] === 200 || stream.destroy());
    return stream;
  }

  /** Ends the link, and with it all that is relayed over it: that is how the server learns of it. */
  end(why: string): void {
    const onEnd = this.#onEnd;
    if (onEnd === undefined) return;
    this.#onEnd = undefined;
    this.#stopPulse();
    destroySession(this.#session, this.#socket);
    onEnd(why);
  }
}
