import { createHash } from "node:crypto";
import type { Clock } from "../clock/index.ts";
import { Locator } from "../coordinates/index.ts";
import type { Logger } from "../log/index.ts";
import type { HostNetwork } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";
import { LinkClock } from "./link-clock.ts";
import { type NetworkOrderPorts, NetworkOrders } from "./network-orders.ts";
import { isSameNetwork, networkOf } from "./network-view.ts";
import { type Probes, type ProbingMachine, planProbes } from "./probe-plan.ts";
import { Strikes } from "./strikes.ts";

export interface NetworkKeeperPorts extends Omit<NetworkOrderPorts, "word" | "onTold"> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly links: ReadonlyMap<string, HostLink>;
  /** Ed25519 over the bytes, base64: the same for the same bytes. */
  readonly signBytes: (bytes: Uint8Array) => string;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  /** What is known of where a machine is has changed. */
  readonly onChange: (resourceUid: string) => void;
}

/** Changes that come within this time are planned for together. */
const settleMs = 1000;
/** So often it is looked whose clock is to be asked for, and whether all is as planned. */
const tickMs = 1000;
const reviewTicks = 30;
/** With a larger error a machine's coordinates do not tell who is near to it. */
const usableError = 0.35;
/** The server finds its own place by so many machines. */
const ownPeers = 16;
const wordBytes = 16;

/**
 * Has machines find out where they are in the network: plans who measures round trips to whom, tells agents, measures the
 * way to each machine and its clock itself, and gathers what comes of it.
 */
export class NetworkKeeper {
  readonly #ports: NetworkKeeperPorts;
  readonly #orders: NetworkOrders;
  readonly #strikes: Strikes;
  readonly #clocks = new Map<string, LinkClock>();
  readonly #known = new Map<string, HostNetwork>();
  /** Where the server is: what lies behind it only is as far from others as it is. */
  readonly #own: Locator;
  #probes: ReadonlyMap<string, Probes> = new Map();
  #ticks = 0;
  #cancelPass: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;
  #isClosed = false;

  constructor(ports: NetworkKeeperPorts) {
    this.#ports = ports;
    this.#strikes = new Strikes(ports.clock);
    this.#own = new Locator(ports.random);
    const word = createHash("sha256")
      .update(ports.signBytes(Buffer.from(`network of ${ports.clusterUid}`)))
      .digest();
    this.#orders = new NetworkOrders({
      ...ports,
      word: word.subarray(0, wordBytes).toString("base64"),
      onTold: () => this.changed(),
    });
  }

  /** What an agent says of its network, or that it is reached, may have changed. */
  changed(): void {
    if (this.#isClosed) return;
    this.#cancelPass ??= this.#ports.clock.setTimer(settleMs, () => this.#pass());
  }

  /** An agent has told something about its network. */
  heard(link: HostLink): void {
    if (!takesPart(link)) return;
    if (this.#cancelTick === undefined) this.#tickLater();
    this.#renew(link);
    this.changed();
  }

  /** The very same object until it is another. */
  networkOf(resourceUid: string): HostNetwork | undefined {
    return this.#known.get(resourceUid);
  }

  forget(resourceUid: string): void {
    this.#clocks.delete(resourceUid);
    this.#known.delete(resourceUid);
    this.#orders.forget(resourceUid);
    this.#strikes.forget(resourceUid);
    this.changed();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelPass?.();
    this.#cancelTick?.();
  }

  #tickLater(): void {
    this.#cancelTick = this.#ports.clock.setTimer(tickMs, () => {
      if (++this.#ticks % reviewTicks === 0 && this.#probes.size > 0) this.changed();
      for (const link of this.#ports.links.values()) if (takesPart(link)) this.#askClock(link);
      this.#tickLater();
    });
  }

  #askClock(link: HostLink): void {
    const { resourceUid } = link.host;
    const clock = this.#clocks.get(resourceUid) ?? new LinkClock(this.#ports.clock, this.#ports.random);
    this.#clocks.set(resourceUid, clock);
    const { session } = link;
    if (session === undefined || !clock.isDue) return;
    clock.ask(session).then(
      (roundTripMs) => {
        if (this.#isClosed || this.#ports.links.get(resourceUid) !== link) return;
        this.#locateServer(link, roundTripMs);
        this.#renew(link);
      },
      // The link says of itself what is wrong with it.
      () => undefined,
    );
  }

  #locateServer({ host, view }: HostLink, roundTripMs: number): void {
    const place = view?.network?.place;
    if (place === undefined || place.stale === true) return;
    const { x, y, z, height, error } = place;
    this.#own.measured(host.resourceUid, roundTripMs, { coordinates: { x, y, z, height }, error });
    const peers = [...this.#own.roundTrips.keys()];
    if (peers.length > ownPeers) this.#own.keep(new Set(peers.slice(-ownPeers)));
  }

  #renew(link: HostLink): void {
    const { resourceUid } = link.host;
    const before = this.#known.get(resourceUid);
    const nameOf = (uid: string): string | undefined => this.#ports.links.get(uid)?.host.resourceName;
    const network = networkOf({
      report: link.view?.network,
      clock: this.#clocks.get(resourceUid),
      server: this.#own.located.coordinates,
      nowAt: this.#ports.clock.now(),
      before,
      nameOf,
    });
    if (before !== undefined && isSameNetwork(before, network)) return;
    this.#known.set(resourceUid, network);
    this.#ports.onChange(resourceUid);
  }

  #pass(): void {
    this.#cancelPass = undefined;
    const links = [...this.#ports.links.values()].filter(
      (link) => takesPart(link) && link.host.network?.probes === true,
    );
    for (const { host, view } of links)
      for (const uid of view?.network?.silent ?? []) this.#strikes.hold(host.resourceUid, uid);
    const machines = links.filter(({ view }) => view?.network?.port !== undefined).map(machineOf);
    const deaf = (uid: string): ReadonlySet<string> => new Set(this.#strikes.of(uid));
    this.#probes = planProbes({ machines, before: this.#probes, deaf });
    for (const link of links) {
      const { near = [], far = [] } = this.#probes.get(link.host.resourceUid) ?? {};
      this.#orders.tell(
        link,
        [...far, ...near].flatMap((uid) => this.#peer(uid)),
      );
    }
  }

  #peer(uid: string) {
    const link = this.#ports.links.get(uid);
    const port = link?.view?.network?.port;
    return link === undefined || port === undefined ? [] : [{ uid, address: link.host.address, port }];
  }
}

function takesPart({ host, state, agent, view }: HostLink): boolean {
  return (
    host.network !== undefined && state.phase === "connected" && agent?.hello.network === true && view !== undefined
  );
}

function machineOf({ host, view }: HostLink): ProbingMachine {
  const place = view?.network?.place;
  const isUsable = place !== undefined && place.stale !== true && place.error <= usableError;
  return {
    uid: host.resourceUid,
    site: host.network?.site ?? "",
    ...(isUsable && { coordinates: place }),
  };
}
