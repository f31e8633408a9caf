import type { Socket } from "node:net";
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import {
  type PackageAnswer,
  type PackageListen,
  type PackageRequest,
  packageProtocol,
  serverName,
} from "../../protocol/index.ts";
import type { BlobCache } from "../blobs/blob-cache.ts";
import type { BlobReader } from "../blobs/blob-reader.ts";
import { isDigest } from "../document/decode.ts";
import { listenAt } from "../listen-at.ts";
import { nameIn } from "../tree/identity.ts";
import { isRecord, parseJson } from "../untrusted-json.ts";
import { Throttle } from "./throttle.ts";
import { upload } from "./upload.ts";

export interface PackageListenerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Where other machines reach this one, as far as it is known. */
  readonly address: string;
  /** What it shows to others, and by what it knows them. */
  readonly shown: SecureContextOptions;
  readonly blobs: BlobCache;
}

/** Who has not shown a certificate and said what it wants by then is no agent. */
const handshakeMs = 10_000;
const maxRequestBytes = 4096;
/** Less than a silent source is given. */
const beginMs = 4000;
/** Connections at once besides those that are given something. */
const strangers = 64;

/**
 * Gives packages to agents of the same server. Whoever knows a package's digest was told it by the server, in a document
 * or an order that is for it alone: that, and the certificate, is the right to it.
 */
export class PackageListener {
  readonly #options: PackageListenerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  #shown: SecureContextOptions;
  /** Whether each is planned. */
  readonly #uploads = new Set<{ readonly isPlanned: boolean }>();
  #limit = 0;
  #throttle: Throttle | undefined;
  #bytesPerSecond: number | undefined;

  constructor(options: PackageListenerOptions) {
    this.#options = options;
    this.#shown = options.shown;
    this.#server = createServer(
      {
        ...options.shown,
        requestCert: true,
        rejectUnauthorized: true,
        ALPNProtocols: [packageProtocol],
        handshakeTimeout: handshakeMs,
      },
      (socket) => this.#take(socket),
    );
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("tlsClientError", (error) => {
      options.log.debug({ error: error.message }, "connection refused: no agent of this cluster");
    });
  }

  /** Resolves to the port. */
  listen(port: number): Promise<number> {
    return listenAt(this.#server, this.#options.address, port);
  }

  limit({ uploads, bytesPerSecond }: PackageListen): void {
    this.#limit = uploads;
    this.#server.maxConnections = uploads + strangers;
    if (bytesPerSecond === this.#bytesPerSecond) return;
    this.#bytesPerSecond = bytesPerSecond;
    this.#throttle = bytesPerSecond === undefined ? undefined : new Throttle(this.#options.clock, bytesPerSecond);
  }

  /** For connections to come. */
  renew(options: SecureContextOptions): void {
    if (options === this.#shown) return;
    this.#shown = options;
    this.#server.setSecureContext(options);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#closing.abort();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #take(socket: TLSSocket): void {
    const { log, clock } = this.#options;
    const uid = nameIn(socket.getPeerCertificate());
    socket.on("error", () => undefined);
    if (uid === "" || uid === serverName || socket.alpnProtocol !== packageProtocol) {
      log.warn({ uid, protocol: socket.alpnProtocol }, "connection refused: nobody who fetches packages");
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    const cancel = clock.setTimer(handshakeMs, () => socket.destroy());
    socket.once("close", cancel);
    let text = "";
    const onData = (bytes: Buffer): void => {
      text += bytes.toString("latin1");
      if (!text.includes("\n") && text.length <= maxRequestBytes) return;
      cancel();
      socket.removeListener("data", onData);
      socket.resume();
      this.#serve(socket, readRequest(text)).catch((error: unknown) => {
        log.debug({ to: uid, error: String(error) }, "package not given");
        socket.destroy();
      });
    };
    socket.on("data", onData);
  }

  async #serve(socket: TLSSocket, request: PackageRequest | undefined): Promise<void> {
    if (request === undefined) {
      socket.destroy();
      return;
    }
    const isPlanned = request.planned === true;
    if (!this.#hasRoom(isPlanned)) return refuse(socket, 503);
    const upload = { isPlanned };
    this.#uploads.add(upload);
    try {
      await this.#give(socket, request);
    } finally {
      this.#uploads.delete(upload);
    }
  }

  /**
   * The server plans no more than the limit for anybody. Who is sent here finds room, whoever else has come because it lost
   * its own source: else those would lose theirs in turn, and go on to the next.
   */
  #hasRoom(isPlanned: boolean): boolean {
    const counted = isPlanned ? [...this.#uploads].filter((upload) => upload.isPlanned) : [...this.#uploads];
    return counted.length < this.#limit;
  }

  /** Waits a while for what is to come to this machine too: who asks again costs more than who waits. */
  async #reader(socket: TLSSocket, digest: string): Promise<BlobReader | undefined> {
    const { blobs, clock } = this.#options;
    const over = new AbortController();
    const end = (): void => over.abort();
    const cancel = clock.setTimer(beginMs, end);
    socket.once("close", end);
    try {
      return await blobs.reader(digest, AbortSignal.any([over.signal, this.#closing.signal]));
    } finally {
      cancel();
      socket.removeListener("close", end);
    }
  }

  async #give(socket: TLSSocket, { digest, offset }: PackageRequest): Promise<void> {
    const reader = await this.#reader(socket, digest);
    if (reader === undefined || offset > reader.size) {
      await reader?.close();
      refuse(socket, 404);
      return;
    }
    try {
      await upload(socket, reader, {
        clock: this.#options.clock,
        offset,
        throttle: this.#throttle,
        signal: this.#closing.signal,
      });
      socket.end();
    } finally {
      await reader.close();
    }
  }
}

function refuse(socket: TLSSocket, status: 404 | 503): void {
  const answer: PackageAnswer = { status };
  socket.end(`${JSON.stringify(answer)}\n`);
}

/** Undefined where it is none. */
function readRequest(text: string): PackageRequest | undefined {
  const value = parseJson(text.slice(0, text.indexOf("\n") + 1));
  if (!isRecord(value)) return undefined;
  const { digest, offset, planned } = value;
  if (typeof digest !== "string" || !isDigest(digest) || typeof offset !== "number") return undefined;
  return Number.isSafeInteger(offset) && offset >= 0 ? { digest, offset, planned: planned === true } : undefined;
}
