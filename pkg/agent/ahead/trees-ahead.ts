import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import type { PrefetchPackage } from "../../protocol/index.ts";
import type { BlobCache } from "../blobs/blob-cache.ts";
import { unpack } from "../installer/unpack.ts";
import type { UnzstdProgram } from "../installer/zstd/unzstd-apart.ts";
import { Limiter } from "../limiter.ts";
import type { ArchiveOrder, PackagesAhead } from "./packages-ahead.ts";
import { roomFor } from "./room.ts";
import { treeName } from "./tree-name.ts";
import type { TreeStore } from "./tree-store.ts";

export interface TreesAheadOptions {
  readonly store: TreeStore;
  readonly directory: string;
  readonly blobs: Pick<BlobCache, "use" | "bytes">;
  /** Of packages and of what they are unpacked to, together. */
  readonly quotaBytes: number;
  /** Shared with installations. */
  readonly installing: Limiter;
  readonly unzstd: () => UnzstdProgram;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Busy {
  readonly name: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** So long after a server has come it must have said what is to be kept; what it has not named by then is nobody's. */
const graceMs = 10 * 60_000;

/**
 * Packages that are unpacked before anybody needs them. Each is used once, by rename, so that nothing which one claim
 * writes into its own is ever seen by another. Commands of packages are not run here: they are the claim's.
 */
export class TreesAhead implements PackagesAhead {
  readonly #options: TreesAheadOptions;
  readonly #turn = new Limiter(1);
  /** By name of the tree. */
  #wanted: ReadonlyMap<string, PrefetchPackage> = new Map();
  /** Not to be made again for the present order: somebody has used it, or it cannot be made. */
  readonly #past = new Set<string>();
  #busy: Busy | undefined;
  #isClosed = false;
  #cancelGrace = (): void => undefined;

  constructor(options: TreesAheadOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier agent left. */
  load(): Promise<void> {
    return this.#options.store.load();
  }

  /** Bytes on the disk. */
  get bytes(): number {
    return this.#options.store.bytes;
  }

  /** These are to be kept, and no others; resolves when they are there, as far as they can be. */
  async want(packages: readonly PrefetchPackage[]): Promise<void> {
    this.#cancelGrace();
    const archives = packages.filter(({ format }) => format !== "deb" && format !== "rpm");
    this.#wanted = new Map(archives.map((one) => [treeName(one), one]));
    this.#past.clear();
    if (this.#busy !== undefined && !this.#wanted.has(this.#busy.name)) this.#busy.stop.abort();
    await this.#turn.run(() => this.#work());
  }

  /** A server has come, which shall say what is to be kept. */
  expectOrder(): void {
    this.#cancelGrace();
    if (this.#isClosed) return;
    this.#cancelGrace = this.#options.clock.setTimer(graceMs, () => void this.want([]).catch(() => undefined));
  }

  /** One that is on its way is waited for; and what has been used is not made anew for the same order. */
  async take(order: ArchiveOrder, place: string): Promise<boolean> {
    const { digest } = order;
    if (digest === undefined) return false;
    const name = treeName({ ...order, digest });
    this.#past.add(name);
    if (this.#busy?.name === name) await this.#busy.done;
    return this.#options.store.take(name, place);
  }

  /** Gives the room back, for somebody who needs it; returns whether there was any. */
  async clear(): Promise<boolean> {
    const { store } = this.#options;
    for (const name of this.#wanted.keys()) this.#past.add(name);
    this.#busy?.stop.abort();
    await this.#busy?.done;
    const { names } = store;
    for (const name of names) await store.drop(name);
    return names.length > 0;
  }

  /** Ends what is under way; what is whole stays. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelGrace();
    this.#busy?.stop.abort();
    await this.#busy?.done;
  }

  /** Ends early where another order has come: that one's turn is next. */
  async #work(): Promise<void> {
    const { store, installing } = this.#options;
    const wanted = this.#wanted;
    for (const name of store.names) if (!wanted.has(name)) await store.drop(name);
    for (const [name, one] of wanted) {
      const isOpen = (): boolean =>
        !this.#isClosed && wanted === this.#wanted && !this.#past.has(name) && !store.has(name);
      if (isOpen()) await installing.run(async () => void (isOpen() && (await this.#begin(name, one))));
    }
  }

  async #begin(name: string, one: PrefetchPackage): Promise<void> {
    const stop = new AbortController();
    const done = this.#make(name, one, stop.signal);
    this.#busy = { name, stop, done };
    await done;
    this.#busy = undefined;
  }

  /** Never throws: nobody waits for it, and whoever needs it one day is told what is wrong. */
  async #make(name: string, one: PrefetchPackage, signal: AbortSignal): Promise<void> {
    const { store, blobs, directory, quotaBytes, unzstd, log } = this.#options;
    try {
      const blob = await blobs.use(one.digest);
      if (blob === undefined) return;
      const room = await roomFor(directory, quotaBytes - blobs.bytes - store.bytes);
      await unpack({ order: one, blob, target: store.path(name), unzstd: unzstd(), room, signal });
      await store.add(name);
    } catch (error) {
      this.#past.add(name);
      if (!signal.aborted) log.info({ software: one.name, error: String(error) }, "not unpacked ahead of need");
    }
  }
}
