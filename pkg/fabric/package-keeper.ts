import type { PackageFetch, PackageListen, PackagePeer } from "../protocol/index.ts";
import { ChunkLists } from "./chunk-lists.ts";
import type { BlobSource, CorruptPackage } from "./fabric.ts";
import type { PackageMeter } from "./fabric-metrics.ts";
import type { HostLink } from "./host-link.ts";
import { PackageFaults } from "./package-faults.ts";
import { type PackageOrderPorts, PackageOrders } from "./package-orders.ts";
import { type ExchangeMachine, type Feed, type Feeds, planSources } from "./sources-plan.ts";

export interface PackageKeeperPorts extends Omit<PackageOrderPorts, "onTold"> {
  readonly blobs: BlobSource;
  readonly links: ReadonlyMap<string, HostLink>;
  /** uid of the machine through which another one is reached; undefined: through none. */
  readonly parentOf: (resourceUid: string) => string | undefined;
  /** Something that is to be seen of a machine has changed. */
  readonly onChange: (resourceUid: string) => void;
  readonly meter: Pick<PackageMeter, "gotFromPeers" | "peerFailed">;
}

/** Changes that come within this time are planned for together: so long, and longer where there are many machines. */
const settleMs = 10;
const settleEachMs = 0.05;
/** So often it is looked whether all is as planned, while anything is. */
const reviewMs = 5000;
/** Who gave packages listens on for so long: the next one is often soon. */
const lingerMs = 30_000;
/** So many machines of a group get a package from the server. */
const seeds = 4;

/**
 * Has machines of a group give packages to each other: plans who gives which to whom, tells agents, and what is left
 * for the server to send.
 */
export class PackageKeeper {
  readonly #ports: PackageKeeperPorts;
  readonly #orders: PackageOrders;
  readonly #lists: ChunkLists;
  readonly #faults: PackageFaults;
  readonly #listeningUntil = new Map<string, number>();
  #feeds: Feeds = new Map();
  /** By machine: packages that it was last sent to others for, and does not have yet. */
  readonly #fromPeers = new Map<string, Set<string>>();
  #cancelPass: (() => void) | undefined;
  #cancelReview: (() => void) | undefined;
  #isClosed = false;

  constructor(ports: PackageKeeperPorts) {
    this.#ports = ports;
    const onChange = (): void => this.changed();
    this.#orders = new PackageOrders({ ...ports, onTold: onChange });
    this.#lists = new ChunkLists(ports.blobs, ports.clock, onChange);
    this.#faults = new PackageFaults(ports.clock, (reason) => ports.meter.peerFailed(reason));
  }

  /** What a machine needs, has or says of its sources, or that it is reached, may have changed. */
  changed(): void {
    if (this.#isClosed) return;
    const waitMs = settleMs + this.#ports.links.size * settleEachMs;
    this.#cancelPass ??= this.#ports.clock.setTimer(waitMs, () => this.#pass());
  }

  forget(resourceUid: string): void {
    this.#orders.forget(resourceUid);
    this.#faults.forget(resourceUid);
    this.#fromPeers.delete(resourceUid);
    this.#listeningUntil.delete(resourceUid);
    this.changed();
  }

  corruptOf(resourceUid: string): CorruptPackage | undefined {
    return this.#faults.corruptOf(resourceUid);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelPass?.();
    this.#cancelReview?.();
  }

  #pass(): void {
    this.#cancelPass = undefined;
    const reached = [...this.#ports.links.values()].filter(isReached);
    for (const link of reached) {
      this.#noteFailures(link);
      this.#countArrived(link);
    }
    const exchanging = this.#inLargeGroups(reached);
    const machines = exchanging.map((link) => this.#machineOf(link));
    // What each gives at once is one number for all; who gives fewer says so to whoever comes.
    const uploads = Math.max(1, ...exchanging.map(({ host }) => host.packages?.uploads ?? 1));
    this.#feeds = planSources({ machines, seeds, uploads, before: this.#feeds });
    this.#noteSources(exchanging);
    this.#noteAwaited(exchanging);
    const isPlanned = new Set(exchanging);
    for (const link of reached) this.#carryOut(link, isPlanned.has(link));
    this.#reviewLater();
  }

  /** Those of groups in which some get packages from others; in smaller ones the server sends all. */
  #inLargeGroups(reached: readonly HostLink[]): readonly HostLink[] {
    const sizes = new Map<string, number>();
    // Also those that are not reached yet: who comes first should not be fed otherwise than who comes next.
    for (const { host } of this.#ports.links.values())
      if (host.packages !== undefined) sizes.set(host.packages.group, (sizes.get(host.packages.group) ?? 0) + 1);
    return reached.filter(({ host }) => host.packages !== undefined && (sizes.get(host.packages.group) ?? 0) > seeds);
  }

  #machineOf(link: HostLink): ExchangeMachine {
    const { host, view } = link;
    const { resourceUid: uid, packages } = host;
    const parent = this.#ports.parentOf(uid);
    const canExchange =
      link.agent?.hello.packages === true && view?.packages !== undefined && !this.#orders.refuses(link);
    const isHeard = view?.packages?.listenFailure === undefined;
    return {
      uid,
      group: packages?.group ?? "",
      site: packages?.site ?? "",
      ...(parent !== undefined && { parent }),
      wants: view?.needs.filter((digest) => typeof this.#lists.get(digest) === "object") ?? [],
      holds: new Set(view?.packages?.held),
      canServe: canExchange && isHeard && !this.#faults.isDeaf(uid) && this.#faults.corruptOf(uid) === undefined,
      canAsk: canExchange && !this.#faults.isAlone(uid),
      avoid: this.#faults.avoidedBy(uid),
    };
  }

  #noteFailures({ host, view }: HostLink): void {
    for (const failure of view?.packages?.failures ?? []) {
      if (!this.#faults.note(host.resourceUid, failure)) continue;
      const source = this.#ports.links.get(failure.source)?.host.resourceName ?? failure.source;
      const { digest, message } = failure;
      this.#ports.log.warn(
        { resource: source, to: host.resourceName, digest, message },
        "machine gave a wrong package",
      );
      this.#ports.onChange(failure.source);
    }
  }

  #countArrived({ host, view }: HostLink): void {
    const awaited = this.#fromPeers.get(host.resourceUid);
    for (const digest of awaited ?? []) {
      const list = this.#lists.get(digest);
      if (view?.packages?.held.includes(digest) !== true || typeof list === "string") continue;
      awaited?.delete(digest);
      this.#ports.meter.gotFromPeers(list.size);
    }
  }

  #noteAwaited(exchanging: readonly HostLink[]): void {
    for (const { host } of exchanging)
      for (const [digest, feed] of this.#feeds.get(host.resourceUid) ?? []) {
        const awaited = this.#fromPeers.get(host.resourceUid) ?? new Set();
        if (feed === "server") awaited.delete(digest);
        else this.#fromPeers.set(host.resourceUid, awaited.add(digest));
      }
  }

  /** Also those in reserve: they are asked when it is too late to begin to listen. */
  #noteSources(exchanging: readonly HostLink[]): void {
    const until = this.#ports.clock.monotonic() + lingerMs;
    for (const { host } of exchanging)
      for (const feed of this.#feeds.get(host.resourceUid)?.values() ?? [])
        if (feed !== "server") for (const source of feed) this.#listeningUntil.set(source, until);
  }

  #carryOut(link: HostLink, isPlanned: boolean): void {
    const needs = link.view?.needs ?? [];
    const feeds = this.#feeds.get(link.host.resourceUid);
    const canTell = link.agent?.hello.packages === true && !this.#orders.refuses(link);
    const fetch = [...(feeds ?? [])].flatMap(([digest, feed]) => this.#fetchOf(digest, feed));
    const listen = this.#listenOf(link);
    if (canTell) this.#orders.tell(link, { ...(listen !== undefined && { listen }), fetch });
    // What is verified chunk by chunk on its arrival can be given on before all is there.
    const isExpected = (digest: string): boolean => !canTell || this.#orders.expects(link, digest);
    link.send(
      needs.filter((digest) => {
        const feed = feeds?.get(digest);
        // Who is asked to send what the server does not have looks for it again.
        if (feed === undefined) return !isPlanned || this.#lists.get(digest) === "absent";
        return feed === "server" && isExpected(digest);
      }),
    );
  }

  #fetchOf(digest: string, feed: Feed): readonly PackageFetch[] {
    const list = this.#lists.get(digest);
    if (typeof list === "string") return [];
    const sources = feed === "server" ? [] : feed.flatMap((uid) => this.#peer(uid));
    // Until the first one listens there is nothing to tell: with nobody named, it would wait for the server.
    return feed !== "server" && sources.length === 0 ? [] : [{ ...list, sources }];
  }

  #peer(uid: string): readonly PackagePeer[] {
    const link = this.#ports.links.get(uid);
    const port = link?.view?.packages?.port;
    return link === undefined || port === undefined ? [] : [{ uid, address: link.host.address, port }];
  }

  #listenOf({ host }: HostLink): PackageListen | undefined {
    const until = this.#listeningUntil.get(host.resourceUid);
    const { packages } = host;
    if (until === undefined || packages === undefined) return undefined;
    if (until < this.#ports.clock.monotonic()) {
      this.#listeningUntil.delete(host.resourceUid);
      return undefined;
    }
    const { port, uploads, bytesPerSecond } = packages;
    return { port, uploads, ...(bytesPerSecond !== undefined && { bytesPerSecond }) };
  }

  #reviewLater(): void {
    this.#cancelReview?.();
    this.#cancelReview = undefined;
    if (this.#isClosed || (this.#feeds.size === 0 && this.#listeningUntil.size === 0)) return;
    this.#cancelReview = this.#ports.clock.setTimer(reviewMs, () => this.changed());
  }
}

/** Also those that had to do with others once, and are to be told that they have not any more. */
function isReached({ host, state, agent, view }: HostLink): boolean {
  if (state.phase !== "connected" || agent === undefined || view === undefined) return false;
  return host.packages !== undefined || (view.packages?.generation ?? 0) > 0;
}
