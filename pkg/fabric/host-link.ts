import type { Logger } from "../log/index.ts";
import type { AgentConfig, AgentMessage, LeaseRequest } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { AgentSession } from "./agent-session.ts";
import { type Dialled, dialAgent } from "./dial.ts";
import type { DocumentDelivery } from "./document-delivery.ts";
import {
  type AgentConnection,
  ConnectError,
  type ConnectFailureReason,
  type HostConfig,
  type LeaseSource,
} from "./fabric.ts";
import { applyMessage, type HostView } from "./host-view.ts";
import { initialLink, type LinkEffect, type LinkEvent, type LinkState, planLink } from "./link-plan.ts";
import { type LookPorts, lookAt, lookFailure, type Peer } from "./look.ts";
import { PackageSender, type SenderPorts } from "./package-sender.ts";
import { Pursuit } from "./pursuit.ts";
import type { StartGate } from "./start-gate.ts";

export interface LinkPorts extends SenderPorts, LookPorts {
  readonly log: Logger;
  readonly random: () => number;
  /** Bounds how many machines are being connected to at once. */
  readonly dialGate: StartGate;
  readonly term: number;
  readonly agentConfig: (host: HostConfig) => AgentConfig;
  readonly leases: LeaseSource | undefined;
  readonly onChange: (resourceUid: string) => void;
  readonly onConnect: (result: "connected" | ConnectFailureReason) => void;
}

interface Link {
  readonly session: AgentSession;
  readonly connection: AgentConnection;
  readonly sender: PackageSender;
}

/** A beat may be this late before it counts as missed. */
const slackMs = 50;
/** A lost machine that answers TCP, of which nothing else is known after so long, counts as unreachable. */
const undecidedMs = 1500;
/** An agent that is only slow gets so long on its old link before a new one is tried. */
const oldLinkMs = 1000;

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
  #prefetch: readonly string[] | undefined;
  #wasReached = false;
  #isPaused = false;
  #endWhilePaused: string | undefined;
  #replace: string | undefined;
  readonly #pursuit: Pursuit;
  readonly #stop = new AbortController();

  constructor(host: HostConfig, delivery: DocumentDelivery, ports: LinkPorts) {
    this.#host = host;
    this.#delivery = delivery;
    this.#ports = ports;
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
  tick(now: number, floor: number): void {
    if (this.#isPaused) return;
    const { phase, verdict } = this.#state;
    if (phase === "connected") {
      const { beatMs, missed } = this.#host.detection;
      const silentMs = now - Math.max(this.#heard, floor);
      const limitMs = beatMs * missed + slackMs;
      if (silentMs > limitMs) this.#apply({ kind: "overdue", silentMs, limitMs });
    } else if (phase === "lost" && verdict === "judging" && now - Math.max(this.#lostSince, floor) > undecidedMs) {
      this.#apply({ kind: "undecided" });
    }
  }

  /** The machine is not pursued, while its agent is told to go; the session stays for that. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    this.#endWhilePaused = undefined;
    await this.#pursuit.stop();
  }

  resume(): void {
    this.#isPaused = false;
    const why = this.#endWhilePaused;
    if (why !== undefined) this.#apply({ kind: "closed", why });
    else if (this.#state.phase !== "connected") this.#pursuit.start(0);
  }

  close(): void {
    void this.#pursuit.stop();
    this.#stop.abort();
    this.#dropLink();
  }

  #apply(event: LinkEvent): void {
    if (this.#stop.signal.aborted) return;
    const before = this.#state;
    const { state, effects } = planLink(before, event, { nowAt: this.#ports.clock.now(), heardAt: this.#heardAt });
    if (state === before) return;
    this.#state = state;
    if (state.phase === "lost" && before.phase !== "lost") this.#lostSince = this.#ports.watch.now;
    if (state.phase !== before.phase || state.verdict !== before.verdict) this.#logTurn(state);
    for (const effect of effects) this.#carryOut(effect);
    this.#ports.onChange(this.#host.resourceUid);
  }

  #logTurn(state: LinkState): void {
    const { resourceName } = this.#host;
    if (state.phase === "connected") this.#ports.log.info({ resource: resourceName }, "agent connected");
    if (state.phase === "lost") {
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

  /** TCP first where the machine has failed before: a look costs little, and is evidence. */
  async #attempt(attempts: number, signal: AbortSignal): Promise<ConnectError | undefined> {
    if (this.#wasReached || attempts > 1) {
      const look = await lookAt(this.#host, this.#ports, signal);
      this.#apply({ kind: "probed", ...look });
      const failure = lookFailure(this.#host, look);
      if (failure !== undefined) return failure;
    }
    let leave = (): void => {};
    const config = this.#ports.agentConfig(this.#host);
    try {
      const dialled = await dialAgent({
        clock: this.#ports.clock,
        connector: this.#host.connector,
        config,
        term: this.#ports.term,
        signal,
        onStep: (step) => signal.aborted || this.#apply({ kind: "step", step }),
        enter: async () => {
          leave = await this.#ports.dialGate.enter({ first: this.#wasReached, signal });
        },
        ...(this.#replace !== undefined && { replace: this.#replace }),
      });
      if (signal.aborted) throw closeDialled(dialled, signal);
      this.#reached(dialled, config);
      return undefined;
    } catch (error) {
      if (error instanceof ConnectError) return error;
      throw error;
    } finally {
      leave();
    }
  }

  #reached(dialled: Dialled, config: AgentConfig): void {
    const { session, connection, hello } = dialled;
    this.#dropLink();
    this.#replace = undefined;
    this.#wasReached = true;
    this.#configText = JSON.stringify(config);
    this.#hostKey = connection.hostKey;
    const sender = new PackageSender(session, this.#ports, () => this.#ports.onChange(this.#host.resourceUid));
    this.#link = { session, connection, sender };
    this.#touch();
    const view = dialled.takeReports((message) => this.#hear(session, message));
    this.#view = view;
    this.#ports.onConnect("connected");
    this.#apply({ kind: "reached" });
    this.#delivery.connected(session, hello.document);
    this.#link?.sender.update(view.needs);
    if (this.#prefetch !== undefined) this.#link?.sender.prefetch(this.#prefetch);
    void session.closed.then((why) => {
      if (this.#link?.session !== session) return;
      if (this.#isPaused) this.#endWhilePaused = why;
      else this.#apply({ kind: "closed", why });
    });
  }

  #hear(session: AgentSession, message: AgentMessage): void {
    if (this.#link?.session !== session) return;
    this.#touch();
    this.#apply({ kind: "heard" });
    if (message.type === "lease") void this.#renew(session, message);
    const view = applyMessage(this.#view, message);
    if (view === this.#view || view === undefined) return;
    this.#view = view;
    this.#link.sender.update(view.needs);
    this.#ports.onChange(this.#host.resourceUid);
  }

  /** What does not arrive is asked for again. */
  async #renew(session: AgentSession, request: LeaseRequest): Promise<void> {
    const grant = await this.#ports.leases?.renew(this.#host.resourceUid, request);
    if (grant === undefined || this.#link?.session !== session) return;
    await session.putLeases(grant).catch((error: unknown) => {
      const { message } = StatusError.from(error);
      this.#ports.log.debug({ resource: this.#host.resourceName, error: message }, "leases not delivered");
    });
  }

  /** Packages that the machine may need one day, all of them. */
  prefetch(digests: readonly string[]): void {
    const isNews = this.#prefetch?.join() !== digests.join();
    this.#prefetch = digests;
    this.#link?.sender.prefetch(digests);
    if (isNews) this.#ports.onChange(this.#host.resourceUid);
  }

  /** Those that are there; undefined where nobody has said which yet. */
  get prefetched(): readonly string[] | undefined {
    return this.#prefetch === undefined ? undefined : this.#link?.sender.prefetched;
  }

  #touch(): void {
    this.#heard = this.#ports.watch.now;
    this.#heardAt = this.#ports.clock.now();
  }

  #dropLink(): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    this.#delivery.disconnected();
    link.sender.close();
    link.session.close();
    link.connection.close();
  }
}

function closeDialled(dialled: Dialled, signal: AbortSignal): unknown {
  dialled.session.close();
  dialled.connection.close();
  return signal.reason;
}
