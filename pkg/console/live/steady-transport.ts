import type { SocketTransport, Transport, TransportRequest, TransportResponse } from "../../client/portable.ts";
import { isReason } from "../../status/index.ts";
import type { Connection } from "./connection.ts";

export interface SteadyOptions {
  readonly connection: Connection;
  /** The server does not know who asks; or, with `isStranger`, `plush ui` does not know this browser. */
  readonly onUnauthorized: (isStranger: boolean) => void;
  /** Who asks may not do this. */
  readonly onForbidden: () => void;
}

type WholeTransport = Transport & SocketTransport;

/** Between a proxy and a server that is away, as between us and it. */
const awayCodes: ReadonlySet<number> = new Set([502, 503, 504]);
/** The server says each minute how far a watch has come; one that is silent for longer has lost its connection unheard. */
const maxSilenceMs = 150_000;
const lookMs = 15_000;

/** A transport of whose answers is learnt whether the server is there: what only reads waits until it is. */
export function steadyTransport(transport: WholeTransport, options: SteadyOptions): WholeTransport {
  const { connection, onUnauthorized, onForbidden } = options;
  const silences = new Silences();
  const judge = (error: unknown): void => {
    if (isReason(error, "Unauthorized")) onUnauthorized(false);
    else if (isReason(error, "Forbidden")) onForbidden();
    else if (isReason(error, "Unreachable") || isReason(error, "ServiceUnavailable")) connection.doubt();
  };
  const steady: WholeTransport = {
    async request(request) {
      if (request.method === "GET" || request.method === "HEAD") await connection.up(request.signal);
      const response = await transport.request(request).catch((error: unknown) => {
        judge(error);
        throw error;
      });
      if (response.status === 401) onUnauthorized(response.headers["x-plush-ui"] === "stranger");
      else if (response.status === 403) onForbidden();
      if (awayCodes.has(response.status)) connection.doubt();
      else connection.heard();
      return { ...response, body: watched(response.body, judge) };
    },
    connect: (request) =>
      transport.connect(request).catch((error: unknown) => {
        judge(error);
        throw error;
      }),
    close() {
      silences.close();
      transport.close();
    },
  };
  const { watch } = transport;
  if (watch === undefined) return steady;
  return {
    ...steady,
    async watch(request) {
      await connection.up(request.signal);
      const silence = silences.begin(request.signal);
      try {
        return readOn(await watch({ path: request.path, signal: silence.signal }), silence, connection);
      } catch (error) {
        silence.end();
        if (request.signal?.aborted !== true) judge(error);
        throw error;
      }
    },
  };
}

async function* watched(body: TransportResponse["body"], judge: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    judge(error);
    throw error;
  }
}

async function* readOn(lines: AsyncIterable<string>, silence: Silence, connection: Connection): AsyncGenerator<string> {
  try {
    for await (const line of lines) {
      silence.heardAt = Date.now();
      yield line;
    }
    // It was ended, or its connection broke: that is not told apart here.
    connection.doubt();
  } finally {
    silence.end();
  }
}

interface Silence {
  readonly signal: AbortSignal;
  heardAt: number;
  end(): void;
}

/** Ends watches from which nothing is heard any more: whoever reads them begins them again. */
class Silences {
  readonly #open = new Set<{ heardAt: number; readonly ending: AbortController }>();
  readonly #timer = setInterval(() => this.#look(), lookMs);

  begin(signal: TransportRequest["signal"]): Silence {
    const ending = new AbortController();
    const open = { heardAt: Date.now(), ending };
    this.#open.add(open);
    return Object.assign(open, {
      signal: signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]),
      end: () => void this.#open.delete(open),
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = Date.now();
    for (const { heardAt, ending } of this.#open) if (now - heardAt > maxSilenceMs) ending.abort();
  }
}
