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
export async function openBrowserSocket(request: SocketRequest, options: BrowserSocketOptions): Promise<MessageSocket> {
  const queue = new MessageQueue();
  const { socket, closed } = await openSocket(request, options, {
    onMessage: (data) => {
      if (data instanceof ArrayBuffer) queue.push(new Uint8Array(data));
    },
    onClose: () => queue.end(),
  });
  return {
    protocol: socket.protocol,
    closed,
    messages: () => queue.read(),
    send: (message) => send(socket, message),
    close: () => {
      queue.end();
      socket.close(1000);
    },
  };
}

/** So much may wait for its reader: one that is this far behind does not come back, or lists anew when it does. */
const maxUnreadCharacters = 64 << 20;

/** Opens a WebSocket whose messages are text, for reading alone; ends with the connection, and ends it. */
export async function openBrowserTexts(
  request: SocketRequest,
  options: BrowserSocketOptions,
): Promise<AsyncGenerator<string>> {
  const queue = new MessageQueue<string>();
  const { socket } = await openSocket(request, options, {
    onMessage: (data) => {
      if (typeof data === "string") queue.push(data);
      if (queue.size > maxUnreadCharacters) socket.close();
    },
    onClose: () => queue.end(),
  });
  return readTexts(queue, socket);
}

async function* readTexts(queue: MessageQueue<string>, socket: WebSocket): AsyncGenerator<string> {
  try {
    yield* queue.read();
  } finally {
    socket.close(1000);
  }
}

interface SocketListener {
  readonly onMessage: (data: unknown) => void;
  readonly onClose: () => void;
}

/** Resolves once it stands; rejects where it is refused, which is all that a browser tells. */
function openSocket(
  { path, protocols, signal }: SocketRequest,
  { base, token }: BrowserSocketOptions,
  { onMessage, onClose }: SocketListener,
): Promise<{ readonly socket: WebSocket; readonly closed: Promise<void> }> {
  signal?.throwIfAborted();
  const bearer = token === undefined ? [] : [bearerProtocolPrefix + base64url(token)];
  const socket = new WebSocket(base.replace(/^http/, "ws") + path, [...protocols, ...bearer]);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => onMessage(data));
  // What was wrong is not told; that it is over is.
  socket.addEventListener("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener("close", () => {
      onClose();
      resolve();
    });
  });
  const abort = (): void => {
    // The reader does not wait for the other end's farewell.
    onClose();
    socket.close();
  };
  signal?.addEventListener("abort", abort, { once: true });
  void closed.then(() => signal?.removeEventListener("abort", abort));
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve({ socket, closed }));
    void closed.then(() =>
      reject(
        signal?.reason ?? new StatusError("Unreachable", "the server refuses the connection, or cannot be reached"),
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
