import type { SecureContext } from "node:tls";
import { type Clock, sleep } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import type { PackageFailure, PackagePeer } from "../../protocol/index.ts";
import type { BlobCache } from "../blobs/blob-cache.ts";
import type { ChunkedPart } from "../blobs/chunked-part.ts";
import type { OrderedFetch } from "./decode-package-order.ts";
import { download } from "./download.ts";
import { SourceError } from "./source-error.ts";

export interface PackagePursuitOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly blobs: BlobCache;
  readonly secureContext: () => SecureContext;
  /** Sources that are not asked any more, by anybody here: what they gave was not what was asked for. */
  readonly banned: Set<string>;
  /** `failures` has changed. */
  readonly onChange: () => void;
}

/** After all sources have been tried: who was busy may not be any more. */
const busyPauseMs = 500;
const retryPauseMs = 1000;

/** Fetches one package, from one source after the other, until all of it is there. */
export class PackagePursuit {
  readonly #options: PackagePursuitOptions;
  readonly #ordered: OrderedFetch;
  readonly #failures = new Map<string, PackageFailure>();
  readonly #stop = new AbortController();
  #sources: readonly PackagePeer[];
  /** Sources that were asked in this round. */
  readonly #tried = new Set<string>();
  #attempt: AbortController | undefined;
  /** uid of the source that is asked now. */
  #asked: string | undefined;
  #onNews: () => void = () => undefined;
  #isOver = false;

  constructor(ordered: OrderedFetch, options: PackagePursuitOptions) {
    this.#ordered = ordered;
    this.#sources = ordered.sources;
    this.#options = options;
    this.#run()
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) options.log.error({ error: String(error) }, "pursuit of a package ended");
      })
      .finally(() => {
        this.#isOver = true;
      });
  }

  /** The package was there; it may have left the cache since. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get failures(): readonly PackageFailure[] {
    return [...this.#failures.values()];
  }

  /**
   * What is under way goes on while its source is named: who is not any more has gone, or is not to be trusted. Where there
   * are none, the server sends the package.
   */
  update(sources: readonly PackagePeer[]): void {
    const isSame = JSON.stringify(sources) === JSON.stringify(this.#sources);
    this.#sources = sources;
    if (isSame) return;
    if (!sources.some(({ uid }) => uid === this.#asked)) this.#attempt?.abort();
    this.#noteBanned();
    this.#onNews();
  }

  close(): void {
    this.#stop.abort();
    this.#attempt?.abort();
    this.#onNews();
  }

  async #run(): Promise<void> {
    const { blobs, clock, log } = this.#options;
    const { digest, list } = this.#ordered;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#noteBanned();
      if (!this.#hasSources) {
        await this.#news();
        continue;
      }
      try {
        if (await blobs.receiveChunks(digest, list, {}, (part) => this.#fill(part))) return;
      } catch (error) {
        if (signal.aborted) return;
        log.info({ digest, error: String(error) }, "package not fetched");
        await sleep(clock, retryPauseMs, signal);
      }
    }
  }

  /** The part stays open as long as there is anybody to ask: others may read it, and are not sent away at each new attempt. */
  async #fill(part: ChunkedPart): Promise<void> {
    while (this.#hasSources) {
      this.#tried.clear();
      if (await this.#askAll(part)) return;
      // Who failed is tried again as well: there may be nobody else.
      const isBusy = this.#sources.every(({ uid }) => !this.#failures.has(uid));
      await this.#pause(isBusy ? busyPauseMs : retryPauseMs);
      this.#noteBanned();
    }
  }

  /** Returns whether the package is whole. */
  async #askAll(part: ChunkedPart): Promise<boolean> {
    for (let source = this.#next(); source !== undefined; source = this.#next()) {
      this.#tried.add(source.uid);
      try {
        await this.#fetch(source, part);
        return true;
      } catch (error) {
        this.#stop.signal.throwIfAborted();
        if (error instanceof SourceError) this.#note(source, error);
        // Else others were named, or none: the server sends it then.
        else if (this.#attempt?.signal.aborted !== true) throw error;
      }
    }
    return false;
  }

  /** Resolves when other sources have been named. */
  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#onNews = resolve;
      if (this.#stop.signal.aborted) resolve();
    });
  }

  /** Resolves then, or when so much time has passed. Rejects where it was closed. */
  async #pause(ms: number): Promise<void> {
    const news = new AbortController();
    this.#onNews = () => news.abort();
    await sleep(this.#options.clock, ms, AbortSignal.any([this.#stop.signal, news.signal])).catch(() => undefined);
    this.#stop.signal.throwIfAborted();
  }

  async #fetch(source: PackagePeer, part: ChunkedPart): Promise<void> {
    const { clock, secureContext } = this.#options;
    const { digest } = this.#ordered;
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#asked = source.uid;
    const hasOthers = (): boolean => this.#next() !== undefined;
    const { signal } = attempt;
    const isPlanned = source.uid === this.#sources[0]?.uid;
    await download(source, { clock, secureContext: secureContext(), digest, part, isPlanned, hasOthers, signal });
  }

  get #hasSources(): boolean {
    return this.#sources.some(({ uid }) => !this.#options.banned.has(uid));
  }

  #next(): PackagePeer | undefined {
    return this.#sources.find(({ uid }) => !this.#tried.has(uid) && !this.#options.banned.has(uid));
  }

  /** The server may have forgotten by now, and should name others. */
  #noteBanned(): void {
    for (const source of this.#sources) {
      if (!this.#options.banned.has(source.uid) || this.#failures.has(source.uid)) continue;
      this.#note(source, new SourceError("Corrupt", "it has given what was not the package before"));
    }
  }

  #note({ uid, address }: PackagePeer, { reason, message }: SourceError): void {
    if (reason === "Busy" || reason === "Absent" || reason === "Behind") return;
    const { log, banned, onChange } = this.#options;
    const { digest } = this.#ordered;
    if (reason === "Corrupt") banned.add(uid);
    log.info({ digest, source: uid, address, reason, error: message }, "source of a package failed");
    this.#failures.set(uid, { digest, source: uid, reason, message });
    onChange();
  }
}
