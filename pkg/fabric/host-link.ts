import type { Logger } from "../log/index.ts";
import type { AgentMessage, PrefetchPackage } from "../protocol/index.ts";
import type { AgentSession } from "./agent-session.ts";
import { closeDialled, dialWay, type Haste, type Reached, type WayPorts } from "./dial-way.ts";
import type { DocumentDelivery } from "./document-delivery.ts";
import { ConnectError, type ConnectFailureReason, type HostConfig, type HostNews, type LeaseSource } from "./fabric.ts";
import type { LinkMeter } from "./fabric-metrics.ts";
import { applyMessage, type HostView, newsOf } from "./host-view.ts";
import { renewLease } from "./lease-renewal.ts";
import { initialLink, type LinkEffect, type LinkEvent, type LinkState, planLink } from "./link-plan.ts";
import { type LookPorts, lookAt, lookFailure, type Peer } from "./look.ts";
import { OtherWay, otherWayMs } from "./other-way.ts";
import { PackageSender, type SenderPorts } from "./package-sender.ts";
import { Pursuit } from "./pursuit.ts";
import { RelayCheck } from "./relay-check.ts";
import type { RelayWay } from "./relay-connector.ts";
import { isSameWay } from "./ways.ts";

export interface LinkPorts extends SenderPorts, LookPorts, WayPorts {
  readonly log: Logger;
  readonly random: () => number;
  readonly leases: LeaseSource | undefined;
  readonly onChange: (resourceUid: string, news?: HostNews) => void;
  readonly links: LinkMeter;
  readonly onConnect: (result: "connected" | ConnectFailureReason) => void;
  /** What decides about where its packages come from has changed; absent: the server sends all. */
  readonly onPackages: (() => void) | undefined;
  /** An agent that was reached, or has told something about its network. */
  readonly onNetwork: (link: HostLink) => void;
}

interface Link extends Reached {
  readonly sender: PackageSender;
}

/** A beat may be this late before it counts as missed. */
const slackMs = 50;
/** A lost machine that answers TCP, of which nothing else is known after so long, counts as unreachable. */
const undecidedMs = 1500;
/** An agent that is only slow gets so long on its old link before a new one is tried. */
const oldLinkMs = 1000;
/** After a way was not found, until it is tried again. */
const moveRetryMs = 2000;

/** The link to one machine: pursues it for ever, judges its silence, holds what it last reported. */
export class HostLink {
  readonly #ports: LinkPorts;
  readonly #delivery: DocumentDelivery;
  #host: HostConfig;
  #state: LinkState;
  #view: HostView | undefined;
  #link: Link | undefined;
  #hostKey: string | undefined;
  #configText = "";
  #heard = 0;
  #heardAt: number;
  #lostSince = 0;
  #prefetch: readonly PrefetchPackage[] | undefined;
  #wasReached = false;
  #isPaused = false;
  #endWhilePaused: string | undefined;
  #replace: string | undefined;
  readonly #pursuit: Pursuit;
  readonly #stop = new AbortController();
  #moving: AbortController | undefined;
  /** Attentive time. */
  #moveAgainAt: number | undefined;
  #way: RelayWay | "direct" | undefined;
  readonly #otherWay: OtherWay;
  /** The way through its parent was lost, and the pursuit of another is under way. */
  #isSearching = false;
  readonly #relayCheck = new RelayCheck();
  readonly #waiting = new Set<() => void>();

  constructor(host: HostConfig, delivery: DocumentDelivery, ports: LinkPorts) {
    this.#host = host;
    this.#delivery = delivery;
    this.#ports = ports;
    this.#otherWay = new OtherWay(host.resourceUid, ports);
    this.#heardAt = ports.clock.now();
    this.#state = initialLink(this.#heardAt);
    this.#pursuit = new Pursuit({
      clock: ports.clock,
      log: ports.log,
      random: ports.random,
      attempt: (attempt, signal) => this.#attempt(attempt, signal),
      onFailure: (failure) => {
        ports.onConnect(failure.reason);
        this.#apply({ kind: "dialFailed", failure });
      },
    });
  }

  /** To be called once, when the machine is one of those that `ways` knows. */
  start(): void {
    this.#pursuit.start(0);
  }

  get host(): HostConfig {
    return this.#host;
  }

  get state(): LinkState {
    return this.#state;
  }

  get view(): HostView | undefined {
    return this.#view;
  }

  get hostKey(): string | undefined {
    return this.#hostKey;
  }

  /** As one that may be asked about other machines; undefined while nothing is heard of it. */
  get peer(): Peer | undefined {
    const session = this.#link?.session;
    if (session === undefined || this.#state.phase !== "connected" || this.#state.suspect) return undefined;
    return { name: this.#host.resourceName, look: (request) => session.look(request) };
  }

  /** The session of a machine that is connected or may be. */
  get session(): AgentSession | undefined {
    return this.#link?.session;
  }

  /** What the agent said of itself when it was reached last. */
  get agent(): Pick<Link, "hello" | "roundTripMs" | "way" | "session"> | undefined {
    return this.#link;
  }

  /** How it was reached last. */
  get way(): RelayWay | "direct" | undefined {
    return this.#way;
  }

  /** The session; where its parent was just lost, the one that comes next. Undefined where there is none soon. */
  async whenLinked(limitMs: number): Promise<AgentSession | undefined> {
    if (this.#link === undefined && this.#state.phase === "connected") {
      await new Promise<void>((resolve) => {
        const cancel = this.#ports.clock.setTimer(limitMs, resolve);
        this.#waiting.add(() => {
          cancel();
          resolve();
        });
      });
    }
    return this.#link?.session;
  }

  /** Takes over changed settings; a running agent is replaced only where its own settings changed. */
  reconfigure(host: HostConfig): void {
    this.#host = host;
    if (this.#link === undefined) {
      this.retry();
      return;
    }
    if (JSON.stringify(this.#ports.agentConfig(host)) === this.#configText) return;
    this.#replace = "settings changed";
    this.#apply({ kind: "closed", why: "settings changed" });
  }

  /** Ends a wait between attempts. */
  retry(): void {
    this.#pursuit.hurry();
  }

  /** Judges silence, by the attentive time of the BeatWatch; time before `floor` does not count. */
  tick(now: number, floor: number): number {
    if (this.#isPaused) return 0;
    const { phase, verdict } = this.#state;
    if (phase === "connected") {
      this.#judgeSilence(now, floor);
      if (this.#moveAgainAt !== undefined && now >= this.#moveAgainAt) this.reroute();
    } else if (phase === "lost" && verdict === "judging" && now - Math.max(this.#lostSince, floor) > undecidedMs) {
      this.#apply({ kind: "undecided" });
    }
    return this.#calmUntil(floor);
  }

  /** When it can be late; 0 where it may be, or where there are other ways to it than its own. */
  #calmUntil(floor: number): number {
    const link = this.#link;
    const { phase, suspect } = this.#state;
    if (phase === "connecting") return Number.POSITIVE_INFINITY;
    if (link === undefined || phase !== "connected" || suspect || this.#host.tree !== undefined) return 0;
    return Math.max(this.#heard, floor) + this.#limitMs(link.beatMs);
  }

  #limitMs(beatMs: number): number {
    return beatMs * this.#host.detection.missed + slackMs;
  }

  #judgeSilence(now: number, floor: number): void {
    const link = this.#link;
    if (link === undefined) {
      this.#judgeSearch(this.#otherWay.silentMs(now, floor));
      return;
    }
    const { way, beatMs, session } = link;
    const silentMs = now - Math.max(this.#heard, floor);
    const limitMs = this.#limitMs(beatMs);
    if (way === "direct") {
      if (silentMs > limitMs) this.#apply({ kind: "overdue", silentMs, limitMs });
      return;
    }
    const onAnswer = (): void => void (this.#link?.session === session && this.#touch());
    if (this.#relayCheck.isSilent(session, { now, silentMs, beatMs }, onAnswer))
      this.#loseWay(way, `nothing came through its parent for ${Math.round(silentMs)} ms`);
  }

  #judgeSearch(silentMs: number): void {
    const { beatMs, missed } = this.#host.detection;
    const verdict = this.#otherWay.verdict(silentMs, beatMs * missed);
    if (verdict === "overdue") this.#apply({ kind: "overdue", silentMs, limitMs: otherWayMs });
    else if (verdict === "look") this.#carryOut("look");
  }

  /** Goes over to the way by which the machine should be reached now; the former serves until then. */
  reroute(): void {
    this.#otherWay.news();
    const link = this.#link;
    if (link === undefined || this.#state.phase !== "connected" || this.#isPaused || this.#moving !== undefined) return;
    const way = this.#ports.ways?.wayTo(this.#host.resourceUid);
    if (way === undefined || isSameWay(way, link.way)) return;
    if (this.#moveAgainAt !== undefined && this.#ports.watch.now < this.#moveAgainAt) return;
    this.#moveAgainAt = undefined;
    void this.#move(way);
  }

  async #move(way: RelayWay | "direct"): Promise<void> {
    const moving = new AbortController();
    this.#moving = moving;
    try {
      const dialled = await this.#dial(way, moving.signal, this.#isSearching ? "urgent" : "patient");
      if (this.#isPaused || this.#state.phase !== "connected") throw closeDialled(dialled, moving.signal);
      if (this.#isSearching) void this.#pursuit.stop();
      this.#reached(dialled);
    } catch (error) {
      if (moving.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      const { resourceName, resourceUid } = this.#host;
      this.#ports.log.info({ resource: resourceName, error: message }, "not reached by the way that it should be");
      this.#moveAgainAt = this.#ports.watch.now + moveRetryMs;
      if (way !== "direct") this.#ports.ways?.failed(resourceUid, way.parentUid, message);
    } finally {
      if (this.#moving === moving) this.#moving = undefined;
    }
    this.reroute();
  }

  #loseWay(way: RelayWay, why: string): void {
    this.#otherWay.begin(way, this.#ports.watch.now);
    const { resourceName, resourceUid } = this.#host;
    this.#ports.log.info({ resource: resourceName, why }, "way through its parent lost");
    this.#ports.ways?.failed(resourceUid, way.parentUid, why);
    this.#apply({ kind: "wayLost", why: `the way through its parent was lost: ${why}` });
    this.#isSearching = true;
    this.#ports.ways?.changed();
  }

  /** The machine is not pursued, while its agent is told to go; the session stays for that. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    this.#isSearching = false;
    this.#endWhilePaused = undefined;
    this.#moving?.abort();
    await this.#pursuit.stop();
  }

  resume(): void {
    this.#isPaused = false;
    const why = this.#endWhilePaused;
    if (why !== undefined) this.#apply({ kind: "closed", why });
    else if (this.#state.phase !== "connected" || this.#link === undefined) this.#pursuit.start(0);
  }

  close(): void {
    void this.#pursuit.stop();
    this.#moving?.abort();
    this.#stop.abort();
    this.#dropLink();
    for (const go of this.#waiting) go();
  }

  #apply(event: LinkEvent): void {
    if (this.#stop.signal.aborted) return;
    const before = this.#state;
    const { state, effects } = planLink(before, event, { nowAt: this.#ports.clock.now(), heardAt: this.#heardAt });
    if (state === before) return;
    this.#state = state;
    if (state.phase === "lost" && before.phase !== "lost") this.#lostSince = this.#ports.watch.now;
    if (state.phase !== before.phase || state.verdict !== before.verdict) this.#tellTurn(state);
    for (const effect of effects) this.#carryOut(effect);
    if (state.phase !== before.phase) {
      this.#ports.ways?.changed();
      if (this.#host.packages !== undefined) this.#ports.onPackages?.();
    }
    this.#ports.onChange(this.#host.resourceUid);
  }

  #tellTurn(state: LinkState): void {
    const { resourceName } = this.#host;
    if (state.phase === "connected") this.#ports.log.info({ resource: resourceName }, "agent connected");
    if (state.phase === "lost") {
      if (state.verdict !== "judging") this.#ports.links.lost(state.verdict);
      this.#ports.log.warn(
        { resource: resourceName, verdict: state.verdict, evidence: state.evidence },
        "machine lost",
      );
    }
  }

  #carryOut(effect: LinkEffect): void {
    switch (effect) {
      case "look":
        lookAt(this.#host, this.#ports, this.#stop.signal).then(
          (look) => this.#apply({ kind: "probed", ...look }),
          () => {},
        );
        return;
      case "dial":
        if (this.#isSearching) return;
        this.#pursuit.start(this.#link === undefined ? 0 : oldLinkMs);
        return;
      case "rest":
        void this.#pursuit.stop();
        return;
      case "close":
        this.#dropLink();
        return;
    }
  }

  /** Through its parent where it has one; else TCP first where it has failed before: a look costs little, and is evidence. */
  async #attempt(attempts: number, signal: AbortSignal): Promise<ConnectError | undefined> {
    if (await this.#attemptRelay(attempts, signal)) return undefined;
    // Of a machine whose parent is lost nothing is known yet that would make a look worth while.
    const wasThere = this.#wasReached || this.#host.lastPlace !== undefined;
    if (attempts > 1 || (wasThere && !this.#isSearching)) {
      const look = await lookAt(this.#host, this.#ports, signal);
      this.#apply({ kind: "probed", ...look });
      const failure = lookFailure(this.#host, look);
      if (failure !== undefined) return failure;
    }
    try {
      this.#reached(await this.#dial("direct", signal));
      return undefined;
    } catch (error) {
      if (error instanceof ConnectError) return error;
      throw error;
    }
  }

  async #attemptRelay(attempts: number, signal: AbortSignal): Promise<boolean> {
    const { ways } = this.#ports;
    const { resourceUid } = this.#host;
    if (ways === undefined || this.#replace !== undefined) return false;
    if (attempts === 1 && (this.#state.phase === "connected" || ways.awaitsParent(resourceUid)))
      await this.#otherWay.wait(signal);
    const way = this.#otherWay.find();
    if (way === undefined || way === "direct") return false;
    try {
      this.#reached(await this.#dial(way, signal));
      return true;
    } catch (error) {
      if (signal.aborted || !(error instanceof ConnectError)) throw error;
      ways.failed(resourceUid, way.parentUid, error.message);
      return false;
    }
  }

  #dial(way: RelayWay | "direct", signal: AbortSignal, haste: Haste = this.#isSearching ? "urgent" : "usual") {
    return dialWay(this.#ports, {
      host: this.#host,
      way,
      signal,
      wasReached: this.#wasReached,
      haste,
      ...(this.#replace !== undefined && { replace: this.#replace }),
      onStep: (step) => signal.aborted || this.#apply({ kind: "step", step }),
    });
  }

  #reached(reached: Reached): void {
    const { session, connection, hello, way } = reached;
    this.#leaveLink();
    this.#isSearching = false;
    this.#otherWay.end();
    this.#way = way;
    this.#replace = undefined;
    this.#ports.links.reached(reached.roundTripMs, this.#wasReached);
    this.#wasReached = true;
    this.#configText = JSON.stringify(reached.config);
    this.#hostKey = connection.hostKey ?? this.#hostKey;
    const sender = new PackageSender(session, this.#ports, () => this.#ports.onChange(this.#host.resourceUid));
    this.#link = { ...reached, sender };
    this.#touch();
    const view = reached.takeReports((message) => this.#hear(session, message));
    this.#view = view;
    this.#ports.onConnect("connected");
    this.#apply({ kind: "reached" });
    this.#delivery.connected(session, hello);
    this.#packagesChanged(view);
    this.#ports.onNetwork(this);
    if (this.#prefetch !== undefined) this.#link?.sender.prefetch(this.#prefetch);
    void session.closed.then((why) => this.#closed(session, way, why));
    this.#ports.ways?.reached();
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  #closed(session: AgentSession, way: RelayWay | "direct", why: string): void {
    if (this.#link?.session !== session) return;
    if (this.#isPaused) this.#endWhilePaused = why;
    else if (way === "direct" || this.#state.phase !== "connected") this.#apply({ kind: "closed", why });
    else this.#loseWay(way, why);
  }

  #hear(session: AgentSession, message: AgentMessage): void {
    if (this.#link?.session !== session) return;
    this.#touch();
    // Of whom nothing is feared, a beat is no news: two a second come from each.
    if (this.#state.phase !== "connected" || this.#state.suspect) this.#apply({ kind: "heard" });
    if (message.type === "lease")
      void renewLease(message, { ...this.#ports, host: this.#host, session: () => this.#link?.session });
    const before = this.#view;
    const view = applyMessage(before, message);
    if (view === before || view === undefined) return;
    const isMoved = view.tree !== before?.tree;
    const hasOther = view.needs !== before?.needs || view.packages !== before.packages;
    this.#view = view;
    if (hasOther) this.#packagesChanged(view);
    if (view.network !== before?.network) this.#ports.onNetwork(this);
    if (isMoved) this.#ports.ways?.changed();
    this.#ports.onChange(this.#host.resourceUid, newsOf(before, message));
  }

  #packagesChanged({ needs }: HostView): void {
    const { onPackages } = this.#ports;
    if (this.#host.packages === undefined || onPackages === undefined) this.send(needs);
    else onPackages();
  }

  /** Has the server send these packages, and no others. */
  send(digests: readonly string[]): void {
    this.#link?.sender.update(digests);
  }

  /** Packages that the machine may need one day, all of them. */
  prefetch(packages: readonly PrefetchPackage[]): void {
    const isNews = JSON.stringify(this.#prefetch) !== JSON.stringify(packages);
    this.#prefetch = packages;
    this.#link?.sender.prefetch(packages);
    if (isNews) this.#ports.onChange(this.#host.resourceUid);
  }

  /** Digests of those that are there; undefined where nobody has said which yet. */
  get prefetched(): readonly string[] | undefined {
    return this.#prefetch === undefined ? undefined : this.#link?.sender.prefetched;
  }

  #touch(): void {
    this.#heard = this.#ports.watch.now;
    this.#heardAt = this.#ports.clock.now();
  }

  /** What is under way over a link that works goes on over it; another serves what comes. */
  #leaveLink(): void {
    const link = this.#link;
    if (link === undefined || this.#state.phase !== "connected") {
      this.#dropLink();
      return;
    }
    this.#takeLink(link);
    link.session.retire();
    const end = (): void => closeLink(link);
    this.#stop.signal.addEventListener("abort", end, { once: true });
    void link.session.closed.then(() => {
      this.#stop.signal.removeEventListener("abort", end);
      link.connection.close();
    });
  }

  #dropLink(): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#takeLink(link);
    closeLink(link);
  }

  #takeLink(link: Link): void {
    this.#link = undefined;
    this.#delivery.disconnected();
    link.sender.close();
  }
}

function closeLink({ session, connection }: Link): void {
  session.close();
  connection.close();
}
