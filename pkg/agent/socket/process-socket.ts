import { chmod, chown, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseDuration } from "../../clock/index.ts";
import type { BarrierAnswer, PeersDocument } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Owner } from "../environment/user.ts";
import type { BarrierBook } from "./barrier-book.ts";
import type { PeersWatch } from "./peers-watch.ts";

export interface ProcessSocketOptions {
  readonly path: string;
  /** Whose the socket is; absent: the agent's own user. Nobody else may use it. */
  readonly owner?: Owner;
  readonly book: BarrierBook;
  readonly peers: PeersWatch;
  /** Who the process is. */
  readonly self: () => Readonly<Record<string, unknown>>;
  /** The process says that it is ready. */
  readonly onReady: () => void;
}

/**
 * PLUSH_SOCKET of one run: HTTP/1.1 on a Unix socket. Answers are JSON; errors {reason, message}.
 *
 *   POST /v1/barriers/NAME/enter {round?, timeout?}  → 200 {round, rank, entered, late, reason}, 408, 409
 *   POST /v1/barriers/NAME/leave
 *   POST /v1/ready
 *   GET  /v1/self
 *   GET  /v1/peers?wait=REVISION
 */
export class ProcessSocket {
  readonly #options: ProcessSocketOptions;
  readonly #server: Server;
  readonly #listening: Promise<void>;

  constructor(options: ProcessSocketOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Whoever waits at a barrier may wait for days.
    this.#server.requestTimeout = 0;
    this.#server.timeout = 0;
    this.#listening = this.#listen();
    this.#listening.catch(() => undefined);
  }

  /** Resolves when it can be connected to; rejects where it cannot be made. */
  get listening(): Promise<void> {
    return this.#listening;
  }

  async close(): Promise<void> {
    await this.#listening.catch(() => undefined);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #listen(): Promise<void> {
    const { path, owner } = this.#options;
    await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, resolve);
    });
    await chmod(path, 0o600);
    if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort(new StatusError("Timeout", "the client has gone")));
    try {
      const body = await this.#answer(request, gone);
      send(response, 200, body);
    } catch (error) {
      const { code, reason, message } = StatusError.from(error);
      // What took too long here is the client's own limit: 408, not 504.
      send(response, reason === "Timeout" ? 408 : code, { reason, message });
    }
  }

  async #answer(request: IncomingMessage, gone: AbortController): Promise<object> {
    const url = new URL(request.url ?? "/", "http://plush");
    const [version, noun, name, verb, ...more] = url.pathname.split("/").slice(1).map(decodeURIComponent);
    if (version !== "v1" || more.length > 0) throw notFound(url.pathname);
    const call = `${request.method} ${noun}${name === undefined ? "" : ` NAME ${verb}`}`;
    switch (call) {
      case "POST barriers NAME enter":
        return this.#enter(name ?? "", await readBody(request), gone);
      case "POST barriers NAME leave":
        this.#options.book.leave(name ?? "");
        return {};
      case "POST ready":
        this.#options.onReady();
        return {};
      case "GET self":
        return this.#options.self();
      case "GET peers":
        return this.#peers(url.searchParams.get("wait"), gone.signal);
      default:
        throw notFound(`${request.method} ${url.pathname}`);
    }
  }

  async #enter(name: string, body: Readonly<Record<string, unknown>>, gone: AbortController): Promise<object> {
    const { round, timeout } = body;
    if (round !== undefined && !(Number.isSafeInteger(round) && Number(round) > 0))
      throw new StatusError("BadRequest", "round: must be a whole number above 0");
    const timeoutMs = timeout === undefined ? undefined : parseDuration(String(timeout));
    if (timeout !== undefined && timeoutMs === undefined)
      throw new StatusError("BadRequest", `timeout: ${JSON.stringify(timeout)} is no duration, such as 30s`);
    const waited = new StatusError("Timeout", `barrier ${name} was not released within ${String(timeout)}`);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => gone.abort(waited), timeoutMs);
    try {
      const wanted = round === undefined ? undefined : Number(round);
      return outcomeOf(await this.#options.book.enter(name, wanted, gone.signal));
    } finally {
      clearTimeout(timer);
    }
  }

  async #peers(wait: string | null, gone: AbortSignal): Promise<PeersDocument> {
    const revision = wait === null ? undefined : Number(wait);
    if (revision !== undefined && !Number.isFinite(revision))
      throw new StatusError("BadRequest", "wait: must be the revision of the peers that are known already");
    return this.#options.peers.after(revision, gone);
  }
}

function outcomeOf({ outcome, round, rank, entered, late, reason }: BarrierAnswer): object {
  if (outcome !== "Pass") throw new StatusError("Conflict", reason);
  return { round, rank, entered, late, reason };
}

function notFound(what: string): StatusError {
  return new StatusError("NotFound", `nothing is at ${what}`);
}

/** Requests are a few fields. */
const maxBodyBytes = 65_536;

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > maxBodyBytes) throw new StatusError("RequestEntityTooLarge", "the body is too large");
  }
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StatusError("BadRequest", "the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new StatusError("BadRequest", "the body must be an object");
  return Object.fromEntries(Object.entries(value));
}

function send(response: ServerResponse, code: number, body: object): void {
  if (response.destroyed) return;
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(code, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
