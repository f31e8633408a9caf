import { bearerProtocolPrefix } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { MessageQueue } from "./message-queue.ts";
import type { MessageSocket, SocketRequest } from "./message-socket.ts";

export interface BrowserSocketOptions {
  /** "https://HOST:PORT", with a path prefix where there is one. */
  readonly base: string;
  readonly token?: string | undefined;
}

/** So much may be on its way before a sender has to wait. */
const maxUnsentBytes = 1 << 20;
/** A browser's socket does not tell when it has sent something. */
const pollMs = 20;

/** Opens a WebSocket by the platform's own class. Its sender does not wait for a slow reader: browsers have no such thing. */
export function openBrowserSocket(
  request: SocketRequest,
  { base, token }: BrowserSocketOptions,
): Promise<MessageSocket> {
  request.signal?.throwIfAborted();
  const bearer = token === undefined ? [] : [bearerProtocolPrefix + base64url(token)];
  const socket = new WebSocket(base.replace(/^http/, "ws") + request.path, [...request.protocols, ...bearer]);
  socket.binaryType = "arraybuffer";
  const queue = new MessageQueue();
  socket.addEventListener("message", ({ data }) => {
    if (data instanceof ArrayBuffer) queue.push(new Uint8Array(data));
  });
  // What was wrong is not told; that it is over is.
  socket.addEventListener("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener("close", () => {
      queue.end();
      resolve();
    });
  });
  const abort = (): void => socket.close();
  request.signal?.addEventListener("abort", abort, { once: true });
  void closed.then(() => request.signal?.removeEventListener("abort", abort));
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => {
      resolve({
        protocol: socket.protocol,
        closed,
        messages: () => queue.read(),
        send: (message) => send(socket, message),
        close: () => {
          queue.end();
          socket.close(1000);
        },
      });
    });
    void closed.then(() =>
      reject(
        request.signal?.reason ??
          new StatusError("Unreachable", "the server refuses the connection, or cannot be reached"),
      ),
    );
  });
}

async function send(socket: WebSocket, message: Uint8Array): Promise<void> {
  while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount > maxUnsentBytes)
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  if (socket.readyState !== WebSocket.OPEN) throw new StatusError("Unreachable", "the connection to the server broke");
  // Only shared memory is refused, which nothing here makes.
  socket.send(message as Uint8Array<ArrayBuffer>);
}

function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
