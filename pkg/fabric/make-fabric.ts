import type { Duplex, Readable } from "node:stream";
import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type {
  AgentConfig,
  AgentDocument,
  ExecRequest,
  NetworkOrder,
  PackageOrder,
  PortRequest,
  PrefetchPackage,
  ResultsRequest,
  SignedNetworkOrder,
  SignedPackageOrder,
  SignedTreeOrder,
  TreeOrder,
  UsageReport,
} from "../protocol/index.ts";
import type { Sealed } from "../seal/index.ts";
import { StatusError } from "../status/index.ts";
import { apart, type Tracer } from "../tracing/index.ts";
import type { AgentSession } from "./agent-session.ts";
import { BeatWatch } from "./beat-watch.ts";
import type { TakeOutput } from "./command-answer.ts";
import { CommandRun } from "./command-run.ts";
import { DocumentDelivery } from "./document-delivery.ts";
import { type HeldPeers, type SentDocument, sentDocument } from "./document-text.ts";
import { type MachineAnswer, tellEarly } from "./early-answers.ts";
import {
  type BlobSource,
  ConnectError,
  type Fabric,
  type HostConfig,
  type HostNews,
  type HostObservation,
  type LeaseSource,
  type RunningCommand,
  type RunOrder,
} from "./fabric.ts";
import { type FabricMetrics, makeFabricMetrics } from "./fabric-metrics.ts";
import { HostLink, type LinkPorts } from "./host-link.ts";
import type { LogOptions, OpenLog } from "./log-options.ts";
import type { Peer } from "./look.ts";
import { NetworkKeeper } from "./network-keeper.ts";
import { observationOf } from "./observation.ts";
import { PackageKeeper } from "./package-keeper.ts";
import type { TreeAuthority } from "./relay-connector.ts";
import { StartGate } from "./start-gate.ts";
import { TreeKeeper } from "./tree-keeper.ts";
import { Vigil } from "./vigil.ts";

export interface FabricOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly blobs: BlobSource;
  /** Ed25519 over the bytes, base64. */
  readonly signDocument: (bytes: Uint8Array) => string;
  /** The public key to it, SPKI PEM: what agents pin. */
  readonly serverKey: string;
  readonly clusterUid: string;
  readonly term: number;
  /** Absent: no machine is granted any. */
  readonly leases?: LeaseSource;
  readonly agentBundle: { readonly version: string };
  /** Absent: machines are reached directly, however many there are. */
  readonly tree?: TreeAuthority;
  /** Machines that are being connected to at once. */
  readonly maxStarting?: number;
  /** Packages that leave the server at once. */
  readonly uploads?: number;
  /** Absent: connections are not traced. */
  readonly tracer?: Tracer;
  /** 0 ≤ random < 1; spreads redials. */
  readonly random: () => number;
  /** So long after its start the server trusts looks at machines that it has not reached yet. */
  readonly observeMs?: number;
}

/** What is asked of a machine that has just lost its parent waits so long until it is reached by another way. */
const otherWayMs = 3000;

/** Handshakes through parents that are under way. */
const relaysAtOnce = 16;

/** Starts the server's side of all links; nothing is connected until machines are attached. */
export function makeFabric(options: FabricOptions): Fabric {
  return new LinkFabric(options);
}

class LinkFabric implements Fabric {
  readonly #options: FabricOptions;
  readonly #metrics: FabricMetrics;
  readonly #ports: LinkPorts;
  readonly #watch: BeatWatch;
  readonly #vigil = new Vigil();
  readonly #tree: TreeKeeper | undefined;
  readonly #packages: PackageKeeper | undefined;
  readonly #network: NetworkKeeper;
  readonly #links = new Map<string, HostLink>();
  readonly #deliveries = new Map<string, DocumentDelivery>();
  readonly #listeners = new Set<(resourceUid: string, news: HostNews) => void>();
  readonly #changed = new Map<string, HostNews>();
  readonly #startedAt: number;
  /** Wall clock: nothing was seen before it. */
  readonly #startedWallAt: number;

  constructor(options: FabricOptions) {
    const { clock, log, blobs, random, term } = options;
    this.#options = options;
    this.#startedAt = clock.monotonic();
    this.#startedWallAt = clock.now();
    this.#metrics = makeFabricMetrics(options.metrics, () => this.#observeAll());
    this.#watch = new BeatWatch(clock, (now, floor) => this.#vigil.tick(now, floor));
    this.#tree = this.#makeTree();
    this.#packages = this.#makePackages();
    this.#network = this.#makeNetwork();
    this.#ports = {
      ways: this.#tree,
      clock,
      log,
      blobs,
      random,
      term,
      leases: options.leases,
      dialGate: new StartGate(options.maxStarting ?? 16),
      relayGate: new StartGate(relaysAtOnce),
      tracer: options.tracer,
      gate: new StartGate(options.uploads ?? 4),
      agentConfig: (host) => this.#agentConfig(host),
      watch: this.#watch,
      peerOf: (resourceUid) => this.#peerOf(resourceUid),
      meter: this.#metrics.packages,
      links: this.#metrics.links,
      onConnect: this.#metrics.connects,
      onChange: (resourceUid, news) => this.#notify(resourceUid, news),
      onPackages: this.#packages && (() => this.#packages?.changed()),
      onNetwork: (link) => this.#network.heard(link),
    };
  }

  #makeTree(): TreeKeeper | undefined {
    const { tree: authority, clock, log, clusterUid, term } = this.#options;
    const sign = (order: TreeOrder): SignedTreeOrder => this.#seal(JSON.stringify(order));
    return (
      authority &&
      new TreeKeeper({ clock, log, authority, clusterUid, term, sign, links: this.#links, watch: this.#watch })
    );
  }

  #makePackages(): PackageKeeper | undefined {
    const { tree: authority, clock, log, clusterUid, term, blobs } = this.#options;
    const sign = (order: PackageOrder): SignedPackageOrder => this.#seal(JSON.stringify(order));
    const parentOf = (uid: string): string | undefined => this.#tree?.parentOf(uid);
    const onChange = (uid: string): void => this.#notify(uid);
    const links = this.#links;
    const meter = this.#metrics.packages;
    return (
      authority &&
      new PackageKeeper({ clock, log, authority, clusterUid, term, sign, blobs, links, parentOf, onChange, meter })
    );
  }

  #makeNetwork(): NetworkKeeper {
    const { clock, log, clusterUid, term, random, signDocument: signBytes } = this.#options;
    const sign = (order: NetworkOrder): SignedNetworkOrder => this.#seal(JSON.stringify(order));
    const onChange = (uid: string): void => this.#notify(uid);
    return new NetworkKeeper({ clock, log, clusterUid, term, random, sign, signBytes, links: this.#links, onChange });
  }

  attach(host: HostConfig): void {
    const link = this.#links.get(host.resourceUid);
    if (link === undefined) {
      const delivery = this.#delivery(host.resourceUid);
      const made = new HostLink(host, delivery, this.#ports);
      this.#links.set(host.resourceUid, made);
      this.#vigil.add(host.resourceUid, made);
      this.#tree?.attached(host);
      // Whoever attaches it has long ended when it is reached.
      apart(() => made.start());
    } else if (link.host.fingerprint !== host.fingerprint) {
      link.reconfigure(host);
      this.#vigil.wake(host.resourceUid);
      this.#tree?.changed();
    }
    this.#packages?.changed();
  }

  async detach(
    resourceUid: string,
    options: { readonly remove: boolean; readonly signal: AbortSignal },
  ): Promise<void> {
    const link = this.#links.get(resourceUid);
    if (options.remove && link !== undefined) await this.#removeAgent(link, options.signal);
    link?.close();
    this.#links.delete(resourceUid);
    this.#vigil.remove(resourceUid);
    this.#deliveries.delete(resourceUid);
    this.#packages?.forget(resourceUid);
    this.#network.forget(resourceUid);
    this.#tree?.changed();
  }

  setDocument(document: AgentDocument): void {
    this.#delivery(document.resourceUid).set(document);
  }

  answerEarly(answers: readonly MachineAnswer[], generation: number): void {
    const { clusterUid, term } = this.#options;
    const sessionOf = (uid: string): AgentSession | undefined => this.#links.get(uid)?.session;
    const sign = (payload: string): Sealed => this.#seal(payload);
    tellEarly(answers, generation, { clusterUid, term, sessionOf, sign });
  }

  takesAnswers(resourceUid: string): boolean {
    return this.#links.get(resourceUid)?.session?.takesAnswers ?? false;
  }

  prefetch(resourceUid: string, packages: readonly PrefetchPackage[]): void {
    this.#links.get(resourceUid)?.prefetch(packages);
  }

  acknowledge(resourceUid: string, claimUid: string): void {
    const link = this.#links.get(resourceUid);
    // Where it is lost, the next full report brings the receipt again.
    link?.session?.acknowledge(claimUid).catch((error: unknown) => {
      const { message } = StatusError.from(error);
      this.#options.log.debug(
        { resource: link.host.resourceName, claimUid, error: message },
        "receipt not acknowledged",
      );
    });
  }

  observe(resourceUid: string): HostObservation {
    const link = this.#links.get(resourceUid);
    if (link === undefined) return { state: "connecting", sinceAt: this.#startedWallAt, step: "not attached" };
    const observeMs = this.#options.observeMs ?? 30_000;
    const trustLooks = this.#options.clock.monotonic() - this.#startedAt >= observeMs;
    const [tree, corrupt] = [this.#tree?.positionOf(resourceUid), this.#packages?.corruptOf(resourceUid)];
    return observationOf(link, { trustLooks, tree, corrupt, network: this.#network.networkOf(resourceUid) });
  }

  subscribe(listener: (resourceUid: string, news: HostNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async exec(resourceUid: string, request: ExecRequest): Promise<Duplex> {
    return (await this.#session(resourceUid)).exec(request);
  }

  run(resourceUid: string, request: RunOrder, take: TakeOutput): RunningCommand {
    const link = (): HostLink | undefined => this.#links.get(resourceUid);
    const connected = (): Promise<unknown> | undefined =>
      link()?.session === undefined ? this.#session(resourceUid) : undefined;
    return new CommandRun(request, take, { clock: this.#options.clock, link, connected });
  }

  async watchOutput(resourceUid: string, processUid: string): Promise<Duplex> {
    return (await this.#session(resourceUid)).watchOutput(processUid);
  }

  async openPort(resourceUid: string, request: PortRequest): Promise<Duplex> {
    return (await this.#session(resourceUid)).openPort(request);
  }

  async logs(resourceUid: string, processUid: string, options: LogOptions): Promise<OpenLog> {
    return (await this.#session(resourceUid)).logs(processUid, options);
  }

  async results(
    resourceUid: string,
    processUid: string,
    request: ResultsRequest,
    signal: AbortSignal,
  ): Promise<Readable> {
    return (await this.#session(resourceUid)).results(processUid, request, signal);
  }

  async usage(resourceUid: string): Promise<UsageReport> {
    return (await this.#session(resourceUid)).usage();
  }

  async reboot(resourceUid: string): Promise<void> {
    await (await this.#session(resourceUid)).reboot();
  }

  retry(resourceUid: string): void {
    this.#links.get(resourceUid)?.retry();
  }

  async close(): Promise<void> {
    this.#watch.stop();
    this.#tree?.close();
    this.#packages?.close();
    this.#network.close();
    this.#listeners.clear();
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  /** Where it fails the machine is pursued as before: the caller will try again. */
  async #removeAgent(link: HostLink, signal: AbortSignal): Promise<void> {
    const { resourceName, connector } = link.host;
    await link.pause();
    try {
      await link.session?.shutdown(true, signal).catch((error: unknown) => {
        const { message } = StatusError.from(error);
        this.#options.log.warn({ resource: resourceName, error: message }, "agent did not remove itself");
      });
      // Also where the agent did it: what it cannot remove of itself, and that nothing is left, is seen from outside.
      await connector.remove(signal);
    } catch (error) {
      link.resume();
      throw toStatusError(error);
    }
  }

  async #session(resourceUid: string): Promise<AgentSession> {
    const link = this.#links.get(resourceUid);
    const session = await link?.whenLinked(otherWayMs);
    if (session !== undefined) return session;
    throw new StatusError("Unreachable", `machine ${link?.host.resourceName ?? resourceUid} is not connected`);
  }

  #delivery(resourceUid: string): DocumentDelivery {
    const known = this.#deliveries.get(resourceUid);
    if (known !== undefined) return known;
    const { clock, log, tracer } = this.#options;
    const write = (document: AgentDocument, held: HeldPeers): SentDocument =>
      sentDocument(document, held, (payload) => this.#seal(payload));
    const delivery = new DocumentDelivery({ clock, log, write, tracer, onPush: this.#metrics.pushes });
    this.#deliveries.set(resourceUid, delivery);
    return delivery;
  }

  #seal(payload: string): Sealed {
    return { payload, signature: this.#options.signDocument(Buffer.from(payload)) };
  }

  #agentConfig(host: HostConfig): AgentConfig {
    return {
      clusterUid: this.#options.clusterUid,
      resourceUid: host.resourceUid,
      resourceName: host.resourceName,
      serverKey: this.#options.serverKey,
      version: this.#options.agentBundle.version,
      address: host.address,
      beatMs: host.detection.beatMs,
      orphanAfterMs: host.orphanAfterMs,
      ...(host.cacheBytes !== undefined && { cacheBytes: host.cacheBytes }),
    };
  }

  /** Any other machine that is heard of, so that those which ask for many do not all ask the same one. */
  #peerOf(resourceUid: string): Peer | undefined {
    const links = [...this.#links.values()];
    const first = Math.floor(this.#options.random() * links.length);
    for (const link of [...links.slice(first), ...links.slice(0, first)]) {
      if (link.host.resourceUid !== resourceUid && link.peer !== undefined) return link.peer;
    }
    return undefined;
  }

  *#observeAll(): Iterable<HostObservation> {
    for (const uid of this.#links.keys()) yield this.observe(uid);
  }

  /** Changes of one turn of the event loop are told once. */
  #notify(resourceUid: string, news: HostNews = "machine"): void {
    this.#vigil.wake(resourceUid);
    if (this.#changed.size === 0) this.#options.clock.defer(() => this.#flush());
    if (this.#changed.get(resourceUid) !== "machine") this.#changed.set(resourceUid, news);
  }

  #flush(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const listener of this.#listeners) for (const [resourceUid, news] of changed) listener(resourceUid, news);
  }
}

/** What fails at the machine is not a fault of the server. */
function toStatusError(error: unknown): StatusError {
  if (error instanceof ConnectError) return new StatusError("Unreachable", error.message, { cause: error });
  return StatusError.from(error);
}
