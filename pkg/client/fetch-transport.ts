import { watchProtocol } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { type BrowserSocketOptions, openBrowserSocket, openBrowserTexts } from "./browser-socket.ts";
import type { SocketTransport } from "./message-socket.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
import { watchLines } from "./watch-lines.ts";

export interface FetchConnection {
  /** "https://HOST:PORT", with a path prefix where there is one. */
  readonly server: string;
  /** Sent as a bearer token: over TLS, or to this computer. */
  readonly token?: string;
  /** Sent with every request; a WebSocket takes none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether cookies go with requests; default "same-origin". */
  readonly credentials?: "omit" | "same-origin" | "include";
  /** In place of the platform's, and of WebSockets for watches. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Requests through fetch: what a page in a browser has. Rejects with BadRequest where a token would travel in the clear.
 */
export function fetchTransport(connection: FetchConnection): Transport & SocketTransport {
  const { server, token, credentials = "same-origin", fetch = globalThis.fetch } = connection;
  const { origin, protocol, hostname, pathname } = new URL(server);
  if (token !== undefined && protocol !== "https:" && !isThisComputer(hostname))
    throw new StatusError("BadRequest", `${origin}: a token is sent over https alone`);
  const base = origin + pathname.replace(/\/$/, "");
  const own = { ...connection.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const closing = new AbortController();
  const joined = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
  const sockets = { base, token };
  const transport: Transport & SocketTransport = {
    async request(request) {
      const failed = (error: unknown) => networkError(origin, request, error);
      const init = {
        method: request.method,
        headers: { ...own, ...request.headers },
        credentials,
        // What the API says is as old as the store says, never as old as a cache.
        cache: "no-store" as const,
        signal: joined(request.signal),
        // Only shared memory is refused, which nothing here makes.
        ...(request.body !== undefined && { body: request.body as string | Uint8Array<ArrayBuffer> }),
      };
      const response = await fetch(base + request.path, init).catch((error: unknown) => {
        throw failed(error);
      });
      return toResponse(response, failed);
    },
    connect: (request) => openBrowserSocket({ ...request, signal: joined(request.signal) }, sockets),
    close: () => closing.abort(new StatusError("Unreachable", "the client was closed")),
  };
  if (typeof WebSocket === "undefined" || connection.fetch !== undefined) return transport;
  const watch = socketWatch(transport, sockets);
  return { ...transport, watch: (request) => watch({ ...request, signal: joined(request.signal) }) };
}

/**
 * Watches over WebSockets: of connections for requests a browser has six. Where one is refused it is not told why: a request
 * tells it, or shows that requests alone come through here, and then no more sockets are tried.
 */
function socketWatch(transport: Transport, sockets: BrowserSocketOptions): NonNullable<Transport["watch"]> {
  let areRefused = false;
  return async (request) => {
    if (areRefused) return watchLines(transport, request);
    try {
      return await openBrowserTexts({ ...request, protocols: [watchProtocol] }, sockets);
    } catch {
      request.signal?.throwIfAborted();
      const lines = await watchLines(transport, request);
      areRefused = true;
      return lines;
    }
  };
}

function isThisComputer(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

type Translate = (error: unknown) => unknown;

function toResponse(response: Response, failed: Translate): TransportResponse {
  const warning = response.headers.get("warning");
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    warnings: warning === null ? [] : [warning],
    body: chunksOf(response, failed),
  };
}

/** Not every browser's ReadableStream can be iterated over. */
async function* chunksOf(response: Response, failed: Translate): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    throw failed(error);
  } finally {
    // Ends the exchange where the reader has had enough; does nothing where it has come to its end.
    await reader.cancel().catch(() => undefined);
  }
}

/** fetch tells a failure of the network from others by nothing but its TypeError, and says no more of it. */
function networkError(server: string, { signal }: TransportRequest, error: unknown): unknown {
  if (signal?.aborted === true || error instanceof StatusError) return error;
  const told = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
  const why = told ?? (error instanceof Error ? error.message : String(error));
  return new StatusError("Unreachable", `cannot reach ${server}: ${why}`, { cause: error });
}
