import type { SecureContext, TLSSocket } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import type { PackageAnswer, PackagePeer, PackageRequest } from "../../protocol/index.ts";
import { BadChunkError, type ChunkedPart } from "../blobs/chunked-part.ts";
import { isRecord, parseJson } from "../untrusted-json.ts";
import { dialSource } from "./dial-source.ts";
import { SourceError } from "./source-error.ts";
import { judgeSource, windowMs } from "./source-plan.ts";

export interface DownloadOptions {
  readonly clock: Clock;
  readonly secureContext: SecureContext;
  readonly digest: string;
  readonly part: ChunkedPart;
  /** It is where the server wants it to be fetched from. */
  readonly isPlanned: boolean;
  /** There are other sources, to which it can go. */
  readonly hasOthers: () => boolean;
  readonly signal: AbortSignal;
}

const maxHeadBytes = 4096;
const lookMs = 250;
const newline = 0x0a;

/**
 * Fetches what is missing of a package from one source. Resolves when it is whole; rejects with SourceError, the
 * signal's reason, or what keeps it from being written.
 */
export async function download(peer: PackagePeer, options: DownloadOptions): Promise<void> {
  const reception = new Reception(options.part);
  const { clock, secureContext, signal, digest, part, isPlanned } = options;
  part.begin();
  const socket = await dialSource(peer, {
    clock,
    secureContext,
    signal,
    onData: (bytes) => reception.take(bytes),
  });
  const onAbort = (): void => reception.fail(signal.reason);
  const stop = watch(reception, options);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const request: PackageRequest = { digest, offset: part.next, planned: isPlanned };
    socket.write(`${JSON.stringify(request)}\n`);
    await reception.from(socket);
  } finally {
    stop();
    signal.removeEventListener("abort", onAbort);
    socket.destroy();
  }
}

/** What one source has sent. */
class Reception {
  readonly #part: ChunkedPart;
  readonly #done: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #socket: TLSSocket | undefined;
  #head: Buffer | undefined = Buffer.alloc(0);
  #isOver = false;
  /** All that came. */
  bytes = 0;
  /** The source has the whole package: if it is slow, that is its own fault. */
  isComplete = false;

  constructor(part: ChunkedPart) {
    this.#part = part;
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#done.catch(() => undefined);
  }

  /** Resolves when the package is whole. */
  from(socket: TLSSocket): Promise<void> {
    this.#socket = socket;
    const onEnd = (): void => this.fail(new SourceError("Ended", `it ended after ${this.bytes} bytes`));
    socket.once("end", onEnd);
    socket.once("close", onEnd);
    if (socket.destroyed) onEnd();
    return this.#done;
  }

  /** Returns false where no more should come for now. */
  take(bytes: Buffer): boolean {
    if (this.#isOver) return false;
    try {
      const content = this.#head === undefined ? bytes : this.#takeHead(this.#head, bytes);
      this.bytes += content.length;
      const isReady = this.#part.push(content);
      if (this.#part.next === this.#part.list.size) this.#finish();
      else if (!isReady)
        this.#part.settled().then(
          () => this.#socket?.resume(),
          (error) => this.fail(error),
        );
      return isReady;
    } catch (error) {
      this.fail(error instanceof BadChunkError ? new SourceError("Corrupt", error.message) : error);
      return false;
    }
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // What came before is not lost.
    this.#part.settled().then(() => this.#reject(error), this.#reject);
  }

  #finish(): void {
    this.#isOver = true;
    this.#part.settled().then(this.#resolve, this.#reject);
  }

  /** Returns what comes after the answer's first line. */
  #takeHead(head: Buffer, bytes: Buffer): Buffer {
    const all = Buffer.concat([head, bytes]);
    const end = all.indexOf(newline);
    if (end === -1) {
      if (all.length > maxHeadBytes) throw new SourceError("Corrupt", "it answers at too great length");
      this.#head = all;
      return Buffer.alloc(0);
    }
    this.#head = undefined;
    const { status, size, complete = false } = readAnswer(all.subarray(0, end).toString("utf8"));
    if (status === 503) throw new SourceError("Busy", "it gives to enough others");
    if (status === 404) throw new SourceError("Absent", "it has nothing of it");
    if (size !== this.#part.list.size) throw new SourceError("Corrupt", `it has ${size} bytes`);
    this.isComplete = complete;
    return all.subarray(end + 1);
  }
}

function readAnswer(line: string): PackageAnswer {
  const value = parseJson(line);
  const { status, size, complete } = isRecord(value) ? value : {};
  if (status !== 200 && status !== 404 && status !== 503) throw new SourceError("Corrupt", "it answers what is none");
  return {
    status,
    ...(typeof size === "number" && { size }),
    complete: complete === true,
  };
}

/** Ends the transfer where the source is not worth waiting for. Returns the stopper. */
function watch(reception: Reception, { clock, hasOthers }: DownloadOptions): () => void {
  let cancel = (): void => undefined;
  const startedAt = clock.monotonic();
  let heardAt = startedAt;
  let lookedAt = startedAt;
  let samples: readonly { readonly at: number; readonly bytes: number }[] = [{ at: startedAt, bytes: 0 }];
  const look = (): void => {
    const now = clock.monotonic();
    const { bytes } = reception;
    // While this process stood still it could not hear anybody.
    if (bytes !== samples.at(-1)?.bytes || now - lookedAt > 2 * lookMs) heardAt = now;
    lookedAt = now;
    const { isComplete } = reception;
    samples = [...samples.filter(({ at }) => now - at <= windowMs(isComplete)), { at: now, bytes }];
    const progress = { isComplete, sinceMs: now - startedAt, silentMs: now - heardAt, hasOthers: hasOthers() };
    const why = judgeSource({ ...progress, recentBytes: bytes - (samples[0]?.bytes ?? 0) });
    if (why !== undefined) reception.fail(new SourceError(isComplete ? "Slow" : "Behind", why));
    else cancel = clock.setTimer(lookMs, look);
  };
  cancel = clock.setTimer(lookMs, look);
  return () => cancel();
}
