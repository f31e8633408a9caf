import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import { Readable } from "node:stream";
import { StatusError } from "../status/index.ts";
import { connectionError } from "./connection-error.ts";
import type { Credential, CredentialSource } from "./credential.ts";
import type { MessageSocket, SocketRequest } from "./message-socket.ts";
import type { StreamRequest, StreamResponse, StreamTransport, Upgraded } from "./stream-transport.ts";
import { openWsSocket } from "./ws-socket.ts";

/** A server and who we are to it. */
export interface ServerConnection extends Credential {
  /** "https://HOST:PORT", with a path prefix where there is one. */
  readonly server: string;
  /** PEM. */
  readonly ca?: string;
  /** Asked before each request, in place of the fixed credential. */
  readonly credentials?: CredentialSource;
  /** The name the server's certificate is checked against, where it is not the URL's host. */
  readonly serverName?: string;
  /** Accepts any certificate. */
  readonly insecure?: boolean;
  readonly userAgent?: string;
  /** In whose name requests are made, where the server lets us. */
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[] };
  /** Until a connection stands, TLS included. Default 10 s. */
  readonly connectTimeoutMs?: number;
}

const defaultConnectTimeoutMs = 10_000;
/** A silent server is asked by the kernel whether it is there, where nobody knows what is spoken. */
const upgradedKeepAliveMs = 15_000;

/** Kept-alive connections to one server. Credentials are sent over TLS alone. */
export function httpsTransport(connection: ServerConnection): StreamTransport {
  return new HttpsTransport(connection);
}

class HttpsTransport implements StreamTransport {
  readonly #connection: ServerConnection;
  readonly #base: URL;
  #agent: HttpAgent;
  /** Of certificates that were replaced. */
  readonly #former: HttpAgent[] = [];
  /** What the agent's connections, and requests, say of who we are. */
  #credential: Credential;
  readonly #secure: boolean;
  readonly #prefix: string;

  constructor(connection: ServerConnection) {
    this.#connection = connection;
    this.#credential = connection;
    this.#base = new URL(connection.server);
    this.#secure = this.#base.protocol === "https:";
    this.#prefix = this.#base.pathname.replace(/\/$/, "");
    this.#agent = this.#makeAgent({ keepAlive: true });
  }

  async request(request: StreamRequest): Promise<StreamResponse> {
    try {
      await this.#authenticate();
      const response = await this.#exchange(request);
      if (response.statusCode !== 401 || !this.#isRefused(request)) return toResponse(response);
      response.resume();
      await this.#authenticate();
      return toResponse(await this.#exchange(request));
    } catch (error) {
      request.signal?.throwIfAborted();
      throw connectionError(this.#base.origin, error);
    }
  }

  async connect({ path, protocols, signal }: SocketRequest): Promise<MessageSocket> {
    try {
      await this.#authenticate();
      return await openWsSocket({
        url: this.#base.origin.replace(/^http/, "ws") + this.#prefix + path,
        protocols,
        headers: this.#headers({ method: "GET", path }),
        // A connection of its own: one that was kept might be closed just now.
        agent: this.#makeAgent({ keepAlive: false }),
        timeoutMs: this.#connection.connectTimeoutMs ?? defaultConnectTimeoutMs,
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw connectionError(this.#base.origin, error);
    }
  }

  async upgrade(request: Omit<StreamRequest, "body">): Promise<Upgraded> {
    try {
      await this.#authenticate();
      const upgraded = await this.#upgrade(request);
      if (upgraded.response.status !== 401 || !this.#isRefused(request)) return upgraded;
      upgraded.response.body.resume();
      await this.#authenticate();
      return await this.#upgrade(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw connectionError(this.#base.origin, error);
    }
  }

  close(): void {
    for (const agent of [...this.#former, this.#agent]) agent.destroy();
  }

  /** What is under way with another certificate goes on. */
  async #authenticate(): Promise<void> {
    const credential = await this.#connection.credentials?.current();
    if (credential === undefined || credential === this.#credential) return;
    const isOther = credential.cert !== this.#credential.cert;
    this.#credential = credential;
    if (!this.#secure || !isOther) return;
    this.#former.push(this.#agent);
    this.#agent = this.#makeAgent({ keepAlive: true });
  }

  #makeAgent(options: { readonly keepAlive: boolean }): HttpAgent {
    if (!this.#secure) return new HttpAgent(options);
    return new HttpsAgent({ ...options, ...tlsOptions(this.#connection, this.#credential) });
  }

  /** True where another credential may be had, and the request can be sent a second time. */
  #isRefused(request: StreamRequest): boolean {
    const { credentials } = this.#connection;
    if (credentials === undefined || request.body instanceof Readable) return false;
    credentials.refused(this.#credential);
    return true;
  }

  /** A kept connection may be closed by the server just as we use it: such a request was not seen, and is sent again. */
  async #exchange(request: StreamRequest): Promise<IncomingMessage> {
    for (;;) {
      const outgoing = this.#open(request, this.#agent);
      try {
        return await this.#send(outgoing, request);
      } catch (error) {
        const reset = error instanceof Error && "code" in error && error.code === "ECONNRESET";
        if (!(reset && outgoing.reusedSocket) || request.body instanceof Readable) throw error;
      }
    }
  }

  #send(outgoing: ClientRequest, request: StreamRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      outgoing.once("response", resolve);
      outgoing.on("error", reject);
      if (request.body instanceof Readable) {
        request.body.once("error", (error) => outgoing.destroy(error));
        request.body.pipe(outgoing);
      } else {
        outgoing.end(request.body);
      }
    });
  }

  #upgrade(request: StreamRequest): Promise<Upgraded> {
    const outgoing = this.#open(request, this.#makeAgent({ keepAlive: false }));
    return new Promise((resolve, reject) => {
      outgoing.once("upgrade", (message, socket, head) => {
        socket.setKeepAlive(true, upgradedKeepAliveMs);
        resolve({ response: toResponse(message), connection: { socket, head } });
      });
      outgoing.once("response", (message) => resolve({ response: toResponse(message) }));
      outgoing.on("error", reject);
      outgoing.end();
    });
  }

  #open(request: StreamRequest, agent: HttpAgent): ClientRequest {
    const options: RequestOptions = {
      method: request.method,
      path: this.#prefix + request.path,
      host: this.#base.hostname.replace(/^\[|\]$/g, ""),
      port: this.#base.port || (this.#secure ? 443 : 80),
      agent,
      headers: this.#headers(request),
      ...(request.signal !== undefined && { signal: request.signal }),
    };
    const outgoing = this.#secure ? httpsRequest(options) : httpRequest(options);
    this.#limitConnecting(outgoing);
    return outgoing;
  }

  #headers(request: StreamRequest): Record<string, string | string[]> {
    const { token } = this.#credential;
    const { impersonate } = this.#connection;
    const length = request.body instanceof Readable ? undefined : request.body;
    return {
      "user-agent": this.#connection.userAgent ?? "plush",
      ...(token !== undefined && this.#secure && { authorization: `Bearer ${token}` }),
      ...(impersonate !== undefined && {
        "impersonate-user": impersonate.user,
        ...(impersonate.groups.length > 0 && { "impersonate-group": [...impersonate.groups] }),
      }),
      ...(length !== undefined && { "content-length": String(Buffer.byteLength(length)) }),
      ...request.headers,
    };
  }

  #limitConnecting(outgoing: ClientRequest): void {
    const limit = this.#connection.connectTimeoutMs ?? defaultConnectTimeoutMs;
    outgoing.once("socket", (socket) => {
      if (!socket.connecting) return;
      const expire = (): void => {
        outgoing.destroy(
          new StatusError("Unreachable", `no connection to ${this.#base.origin} within ${limit / 1000}s`),
        );
      };
      const timer = setTimeout(expire, limit);
      socket.once(this.#secure ? "secureConnect" : "connect", () => clearTimeout(timer));
      socket.once("close", () => clearTimeout(timer));
    });
  }
}

function tlsOptions(
  { ca, serverName, insecure }: ServerConnection,
  { cert, key }: Credential,
): ConstructorParameters<typeof HttpsAgent>[0] {
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(insecure === true && { rejectUnauthorized: false }),
  };
}

function toResponse(message: IncomingMessage): StreamResponse {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    status: message.statusCode ?? 0,
    headers,
    warnings: message.headersDistinct["warning"] ?? [],
    body: message,
  };
}
