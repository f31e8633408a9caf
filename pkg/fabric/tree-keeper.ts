import type { BeatWatch } from "./beat-watch.ts";
import type { Connector, HostConfig, LastPlace, TreePosition } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";
import { type RelayWay, relayConnector } from "./relay-connector.ts";
import { Sayings } from "./sayings.ts";
import { Strikes } from "./strikes.ts";
import { TreeMemory } from "./tree-memory.ts";
import { TreeOrders, type TreePorts } from "./tree-orders.ts";
import { planTree, type TreeMachine, type TreePlace } from "./tree-plan.ts";
import type { Ways } from "./ways.ts";

/** Changes that come within this time are planned for together; with many machines, so many times as long as a pass takes. */
const settleMs = 50;
const maxSettleMs = 2000;
const restShare = 9;
/** However many machines wait for a way, they are looked through so soon after news. */
const maxRerouteMs = 250;
/** While machines come back after a start it is looked so often whether all are there. */
const returnMs = 500;
/** So often it is looked whether all is as planned: what failed is tried again, certificates run out. */
const reviewMs = 5000;
/** A load of so much for each core is too much for more children. */
const busyLoad = 4;

export interface KeeperPorts extends TreePorts {
  /** Tells attentive time. */
  readonly watch: Pick<BeatWatch, "now">;
}

/**
 * Who is reached through whom: plans the tree of each group of machines, tells agents their places, and knows for each
 * machine the way that leads to it now. What agents say of their children is a hint: who is at the end of a way is found
 * out by TLS.
 */
export class TreeKeeper implements Ways {
  readonly #ports: KeeperPorts;
  readonly #strikes: Strikes;
  readonly #orders: TreeOrders;
  #places: ReadonlyMap<string, TreePlace> = new Map();
  /** uids of machines whose group is a tree, whether they have a place or not. */
  #members: ReadonlySet<string> = new Set();
  readonly #sayings = new Sayings();
  readonly #memory: TreeMemory;
  #areSayingsFresh = false;
  #passMs = 0;
  #rerouteMs = 0;
  #willReroute = false;
  #cancelPass: (() => void) | undefined;
  #cancelReroute: () => void = () => {};
  #cancelReview: () => void = () => {};
  #isClosed = false;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
    this.#strikes = new Strikes(ports.clock);
    this.#memory = new TreeMemory(() => ports.watch.now);
    this.#orders = new TreeOrders(ports, () => this.changed());
    this.#reviewLater();
  }

  changed(): void {
    if (this.#isClosed) return;
    this.#areSayingsFresh = false;
    this.#cancelPass ??= this.#ports.clock.setTimer(this.#settleMs, () => this.#pass());
    if (this.#willReroute || (this.#members.size === 0 && !this.#memory.isBusy)) return;
    this.#willReroute = true;
    const { clock } = this.#ports;
    const restMs = Math.min(maxRerouteMs, restShare * this.#rerouteMs);
    // At once, but for many machines.
    if (this.#rerouteMs < 1) clock.defer(() => this.#rerouteWaiting());
    else this.#cancelReroute = clock.setTimer(restMs, () => this.#rerouteWaiting());
  }

  /** Who waits for a way is not kept waiting for the plan. */
  #rerouteWaiting(): void {
    this.#willReroute = false;
    const begin = this.#ports.clock.monotonic();
    this.#reroute(({ agent, host }) => agent === undefined && this.wayTo(host.resourceUid) !== undefined);
    this.#rerouteMs = this.#ports.clock.monotonic() - begin;
  }

  attached(host: HostConfig): void {
    this.#memory.attached(host);
    this.changed();
  }

  reached(): void {
    this.#memory.reached();
    this.changed();
  }

  failed(resourceUid: string, parentUid: string, why: string): void {
    // Of a parent that is lost itself it says nothing.
    if (this.#ports.links.get(parentUid)?.state.phase !== "connected") return;
    if (!this.#strikes.add(resourceUid, parentUid)) return;
    const name = (uid: string): string => this.#ports.links.get(uid)?.host.resourceName ?? uid;
    this.#ports.log.warn({ resource: name(resourceUid), parent: name(parentUid), why }, "parent not used for a while");
    this.changed();
  }

  wayTo(resourceUid: string): RelayWay | "direct" | undefined {
    const lastPlace = this.#lastPlaceOf(resourceUid);
    if (lastPlace === undefined && !this.#members.has(resourceUid)) return "direct";
    const isRoot = lastPlace === undefined ? this.#isRoot(resourceUid) : lastPlace.parentUid === undefined;
    if (isRoot) return "direct";
    for (const parentUid of this.#parentsSaid(resourceUid)) {
      const session = this.#ports.links.get(parentUid)?.agent?.session;
      if (session === undefined || this.#strikes.holds(resourceUid, parentUid)) continue;
      if (!this.#isBelow(parentUid, resourceUid)) return { parentUid, session };
    }
    return undefined;
  }

  awaitsParent(resourceUid: string): boolean {
    const link = this.#ports.links.get(resourceUid);
    const parentUid = this.#lastPlaceOf(resourceUid)?.parentUid;
    if (link === undefined || parentUid === undefined || !this.#memory.expects(link)) return false;
    const parent = this.#ports.links.get(parentUid);
    if (parent === undefined) return this.#memory.isGathering;
    return this.#memory.expects(parent) && !this.#wasInCircle(resourceUid);
  }

  /** What was written down of several machines at different times may contradict itself. */
  #wasInCircle(resourceUid: string): boolean {
    const above = new Set<string>();
    let at: string | undefined = resourceUid;
    for (; at !== undefined && !above.has(at); at = this.#lastPlaceOf(at)?.parentUid) above.add(at);
    return at !== undefined;
  }

  #lastPlaceOf(resourceUid: string): LastPlace | undefined {
    const link = this.#ports.links.get(resourceUid);
    return link?.host.tree === undefined || link.host.tree.fanOut === 0 ? undefined : this.#memory.placeOf(link.host);
  }

  #isRoot(resourceUid: string): boolean {
    const place = this.#places.get(resourceUid);
    return place !== undefined && place.parent === undefined;
  }

  connector(resourceUid: string, way: RelayWay): Pick<Connector, "connect"> {
    return relayConnector(resourceUid, way, this.#ports.authority);
  }

  /** As it is, whatever is planned; undefined where the machine belongs to no tree. */
  positionOf(resourceUid: string): TreePosition | undefined {
    if (!this.#members.has(resourceUid) && this.#lastPlaceOf(resourceUid) === undefined) return undefined;
    const [parentUid, ...others] = this.#aboveOf(resourceUid);
    const parent = parentUid === undefined ? undefined : this.#ports.links.get(parentUid)?.host.resourceName;
    if (parent === undefined) return { depth: 1 };
    return { parent, depth: others.length + 2 };
  }

  /** uid of the machine through which it is reached now. */
  parentOf(resourceUid: string): string | undefined {
    return this.#wayOf(resourceUid);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelPass?.();
    this.#cancelReroute();
    this.#cancelReview();
  }

  get #settleMs(): number {
    return Math.min(maxSettleMs, Math.max(settleMs, restShare * this.#passMs));
  }

  #reviewLater(): void {
    this.#cancelReview = this.#ports.clock.setTimer(reviewMs, () => {
      if (this.#places.size > 0) this.changed();
      this.#reviewLater();
    });
  }

  #pass(): void {
    this.#cancelPass = undefined;
    const begin = this.#ports.clock.monotonic();
    const wasTree = this.#members.size > 0;
    this.#members = new Set([...this.#groups()].flatMap(([, links]) => links.map(({ host }) => host.resourceUid)));
    if (this.#isReturning()) this.#cancelPass = this.#ports.clock.setTimer(returnMs, () => this.#pass());
    else this.#plan();
    // A star has one way to each.
    if (wasTree || this.#members.size > 0) this.#reroute(() => true);
    this.#passMs = this.#ports.clock.monotonic() - begin;
  }

  /**
   * While machines come back to the places that they had, nothing is planned and nobody is told anything: what the last
   * server said holds, and to tell each anew would keep all of them busy.
   */
  #isReturning(): boolean {
    if (!this.#memory.isBusy) return false;
    if (this.#memory.isGathering) return true;
    for (const link of this.#ports.links.values()) if (this.#memory.expects(link)) return true;
    return false;
  }

  #plan(): void {
    if (this.#memory.forget()) this.#places = this.#lastPlaces();
    const places = new Map<string, TreePlace>();
    for (const [fanOut, links] of this.#groups()) {
      for (const link of links) this.#noteFailures(link);
      const machines = links.filter((link) => this.#isUsable(link)).map((link) => this.#machineOf(link));
      for (const [uid, place] of planTree({ fanOut, machines })) places.set(uid, place);
    }
    this.#places = places;
    this.#orders.give(places);
  }

  /** Of those who have come back, what the first plan goes on from. */
  #lastPlaces(): ReadonlyMap<string, TreePlace> {
    const places = new Map(this.#places);
    for (const [uid, { host, agent, view }] of this.#ports.links) {
      const { lastPlace } = host;
      if (agent === undefined || lastPlace === undefined) continue;
      const parent = lastPlace.parentUid && (view?.tree?.parent ?? lastPlace.parentUid);
      places.set(uid, parent === undefined ? { backups: [], depth: 1 } : { parent, backups: [], depth: 2 });
    }
    return places;
  }

  #reroute(isMeant: (link: HostLink) => boolean): void {
    if (this.#isClosed) return;
    for (const link of this.#ports.links.values()) if (isMeant(link)) link.reroute();
  }

  /** Those who say that the machine is connected to them, who came last to say so first. */
  #parentsSaid(resourceUid: string): readonly string[] {
    if (!this.#areSayingsFresh) this.#sayings.hear(this.#childrenSaid());
    this.#areSayingsFresh = true;
    return this.#sayings.parentsOf(resourceUid);
  }

  *#childrenSaid(): Iterable<readonly [string, readonly string[]]> {
    for (const [uid, { agent, view }] of this.#ports.links) {
      const children = agent === undefined ? undefined : view?.tree?.children;
      if (children !== undefined && children.length > 0) yield [uid, children];
    }
  }

  /** Groups that are large enough for a tree. */
  *#groups(): Iterable<readonly [number, readonly HostLink[]]> {
    const groups = new Map<string, HostLink[]>();
    for (const link of this.#ports.links.values()) {
      const { tree } = link.host;
      if (tree === undefined || tree.fanOut === 0) continue;
      const group = groups.get(tree.group);
      if (group === undefined) groups.set(tree.group, [link]);
      else group.push(link);
    }
    for (const links of groups.values()) {
      const fanOut = links[0]?.host.tree?.fanOut ?? 0;
      if (links.length > fanOut) yield [fanOut, links];
    }
  }

  /** What has lost its parent, and is neither reached otherwise nor lost yet, keeps its place until that is known. */
  #isUsable({ state, agent, host }: HostLink): boolean {
    if (state.phase !== "connected") return false;
    return agent === undefined ? this.#places.has(host.resourceUid) : agent.hello.tree === true;
  }

  /** Parents that it could not connect to, though they are not lost. */
  #noteFailures({ host, view }: HostLink): void {
    for (const parentUid of Object.keys(view?.tree?.failures ?? {})) {
      if (this.#ports.links.get(parentUid)?.state.phase === "connected")
        this.#strikes.hold(host.resourceUid, parentUid);
    }
  }

  #machineOf({ host, view, agent }: HostLink): TreeMachine {
    const { resourceUid: uid, tree } = host;
    const place = this.#places.get(uid);
    const { "load.1m": load, "cpu.cores": cores } = view?.host.attributes ?? {};
    return {
      uid,
      site: tree?.site ?? "",
      ...(agent?.way === "direct" && { roundTripMs: agent.roundTripMs }),
      parents: [place?.parent, view?.tree?.parent].filter((parent) => parent !== undefined),
      isRoot: place !== undefined && place.parent === undefined,
      avoid: new Set(this.#strikes.of(uid)),
      canServe: view?.tree?.listenFailure === undefined,
      isBusy: typeof load === "number" && typeof cores === "number" && load > busyLoad * cores,
    };
  }

  /** uids of those through which a machine is reached now, the nearest first. */
  #aboveOf(resourceUid: string): readonly string[] {
    const above: string[] = [];
    for (let at = this.#wayOf(resourceUid); at !== undefined && !above.includes(at); at = this.#wayOf(at))
      above.push(at);
    return above;
  }

  #wayOf(resourceUid: string): string | undefined {
    const way = this.#ports.links.get(resourceUid)?.way;
    return way === undefined || way === "direct" ? undefined : way.parentUid;
  }

  /** Whether `uid` is reached through `upper`, or is it: two that are each other's parents lead nowhere. */
  #isBelow(uid: string, upper: string): boolean {
    return uid === upper || this.#aboveOf(uid).includes(upper);
  }
}
