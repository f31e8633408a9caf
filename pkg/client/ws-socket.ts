import type { Agent, IncomingMessage } from "node:http";
import type { RawData, WebSocket } from "ws";
import { StatusError } from "../status/index.ts";
import { MessageQueue } from "./message-queue.ts";
import type { MessageSocket } from "./message-socket.ts";
import { readBody, statusErrorOf } from "./response-body.ts";

/** No larger message is taken; golang.org/x/net/websocket, which Kubernetes used, has the same limit. */
export const maxMessageBytes = 32 << 20;
/** So much may be on its way before a sender has to wait. */
const maxUnsentBytes = 256 << 10;
const keepAliveMs = 15_000;

/** An open WebSocket of the ws library. Text messages are not looked at. */
export function messageSocketOf(socket: WebSocket, protocol: string): MessageSocket {
  const queue = new MessageQueue({ pause: () => socket.pause(), resume: () => socket.resume() });
  socket.on("message", (data: RawData, isBinary) => {
    if (isBinary && data instanceof Uint8Array) queue.push(data);
  });
  // A broken connection is a closed one.
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      queue.end();
      resolve();
    });
  });
  return {
    protocol,
    closed,
    messages: () => queue.read(),
    send: (message) =>
      new Promise((resolve, reject) => {
        const isFull = socket.bufferedAmount > maxUnsentBytes;
        socket.send(message, (error) => (error ? reject(error) : resolve()));
        if (!isFull && socket.readyState === socket.OPEN) resolve();
      }),
    close: () => {
      socket.close(1000);
      // The other end's farewell has to be read, whatever nobody reads any more before it.
      queue.end();
      socket.resume();
    },
  };
}

export interface WsRequest {
  /** "wss://…" */
  readonly url: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** With the TLS options. */
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Opens a WebSocket from Node. Rejects with the server's StatusError where it refuses, else with the network's error. */
export async function openWsSocket(request: WsRequest): Promise<MessageSocket> {
  // Loaded only by who needs it.
  const { WebSocket: Socket } = await import("ws");
  request.signal?.throwIfAborted();
  const { url, protocols, headers, agent, timeoutMs, signal } = request;
  const socket = new Socket(url, {
    agent,
    // Not as the library's own option: one of Kubernetes' names is no token of HTTP, which it would refuse.
    headers: { ...headers, "sec-websocket-protocol": protocols.join(", ") },
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handshakeTimeout: timeoutMs,
  });
  const abort = (): void => socket.terminate();
  signal?.addEventListener("abort", abort, { once: true });
  socket.once("close", () => signal?.removeEventListener("abort", abort));
  return new Promise((resolve, reject) => {
    let protocol = "";
    socket.once("upgrade", (response: IncomingMessage) => {
      protocol = response.headers["sec-websocket-protocol"] ?? "";
      // What it does not know to have been asked for it would refuse.
      delete response.headers["sec-websocket-protocol"];
      response.socket.setKeepAlive(true, keepAliveMs);
    });
    socket.once("open", () => resolve(messageSocketOf(socket, protocol)));
    socket.once("unexpected-response", (_, response: IncomingMessage) => {
      readBody(response).then((body) => reject(statusErrorOf(response.statusCode ?? 500, body)), reject);
    });
    socket.once("error", reject);
    socket.once("close", () => reject(signal?.reason ?? new StatusError("Unreachable", "the connection was closed")));
  });
}
