import { chmod, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import type { AgentConfig, ClaimReport, DocumentPosition, HostReport, SignedDocument } from "../protocol/index.ts";
import { protocolVersion } from "../protocol/index.ts";
import { BlobCache } from "./blobs/blob-cache.ts";
import { ClaimRunner } from "./claim/claim-runner.ts";
import { checkSocketPath } from "./config.ts";
import type { AgentContext } from "./context.ts";
import { DocumentKeeper } from "./document/document-keeper.ts";
import { execOnMachine } from "./exec/exec-place.ts";
import { Sensors } from "./host/sensors.ts";
import { AgentServer } from "./http/agent-server.ts";
import { blobHandlers } from "./http/blob-handlers.ts";
import { execHandlers } from "./http/exec-handlers.ts";
import { makeHandlers } from "./http/handlers.ts";
import { logHandlers, type RunLog } from "./http/log-handlers.ts";
import { type Layout, makeLayout } from "./layout.ts";
import type { ClaimEntry } from "./ledger/entry.ts";
import { makeLedger } from "./ledger/ledger.ts";
import { Limiter } from "./limiter.ts";
import { findRunLog } from "./logs/find-log.ts";
import { LogKeeper } from "./logs/log-keeper.ts";
import { logTail } from "./logs/log-tail.ts";
import { ordersByClaim } from "./plan-order.ts";
import { neededBlobs } from "./plan-software.ts";
import type { AgentPorts } from "./ports.ts";
import { writePrograms } from "./programs.ts";
import { removeDirectory } from "./remove-directory.ts";
import { ReportHub } from "./report/report-hub.ts";
import { bootIdentity } from "./shim/process-table.ts";
import { RunMonitor } from "./shim/run-monitor.ts";

export interface AgentOptions {
  /** The agent's directory; all it writes lies below it. */
  readonly directory: string;
  readonly config: AgentConfig;
  /** sha256 of the bundle that runs. */
  readonly version: string;
  /** Path of the bundle, for the program `plush-agent` on processes' PATH. */
  readonly bundle: string;
  readonly ports: AgentPorts;
  /** Called once, when the agent has ended itself. */
  readonly onExit: () => void;
}

/** How often it is looked whether anybody still wants this agent. */
const orphanCheckMs = 60_000;

/** Packages that no claim waits for are kept up to so much, so that they need not be sent again. */
const blobQuotaBytes = 10 * 2 ** 30;
const installationsAtOnce = 2;

/** A running agent. */
export interface Agent {
  /** Serves a connection that came some other way than by the socket. */
  accept(stream: Duplex): void;
  /** Ends the agent; processes go on and are found again by the next one. */
  close(): Promise<void>;
}

/** Starts the agent of a directory: takes up what an earlier one left, then listens. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const layout = makeLayout(options.directory);
  checkSocketPath(layout.socket);
  await makeDirectories(layout);
  await writePrograms(layout, options.bundle);
  const daemon = new Daemon(options, layout);
  await daemon.start();
  return daemon;
}

class Daemon implements Agent {
  readonly #options: AgentOptions;
  readonly #layout: Layout;
  readonly #context: AgentContext;
  readonly #documents: DocumentKeeper;
  readonly #runners = new Map<string, ClaimRunner>();
  readonly #sensors: Sensors;
  readonly #reports: ReportHub;
  readonly #server: AgentServer;
  readonly #closing = new AbortController();
  readonly #startedAt: string;
  #lastContactAt: number;

  constructor(options: AgentOptions, layout: Layout) {
    const { config, ports } = options;
    const boot = bootIdentity();
    this.#options = options;
    this.#layout = layout;
    this.#startedAt = new Date(ports.clock.now()).toISOString();
    this.#lastContactAt = ports.clock.monotonic();
    this.#documents = new DocumentKeeper(layout.document, config);
    this.#sensors = new Sensors(layout.root);
    const monitor = new RunMonitor({
      clock: ports.clock,
      boot,
      tail: (place) => logTail(layout, place),
      onChange: (place) => this.#runners.get(place.claim)?.wake(),
    });
    this.#context = {
      config,
      ports,
      layout,
      ledger: makeLedger(layout.ledger),
      blobs: new BlobCache({
        directory: layout.blobs,
        boot,
        quotaBytes: blobQuotaBytes,
        pinned: () => new Set(this.#needs(new Set())),
        onChange: (digest) => this.#blobChanged(digest),
      }),
      monitor,
      logs: new LogKeeper(ports.clock),
      installing: new Limiter(installationsAtOnce),
      boot,
      root: process.getuid?.() === 0,
      closing: this.#closing.signal,
      changed: (uid) => this.#changed(uid),
    };
    this.#reports = new ReportHub(ports.clock, config.beatMs, {
      host: () => this.#host(),
      document: () => this.#documents.position,
      claims: () => [...this.#runners.values()].flatMap((runner) => runner.report() ?? []),
      claim: (uid): ClaimReport | undefined => this.#runners.get(uid)?.report(),
      needs: () => this.#needs(this.#context.blobs.complete),
    });
    const handlers = {
      ...makeHandlers(this.#service()),
      ...blobHandlers(this.#context.blobs),
      ...logHandlers((uid, previous) => this.#findLog(uid, previous), ports.clock),
      ...execHandlers((request, stream) => execOnMachine(this.#context, this.#entries(), request, stream)),
    };
    this.#server = new AgentServer(handlers, ports.log);
  }

  async start(): Promise<void> {
    await this.#documents.load();
    await this.#context.blobs.load();
    await this.#sensors.sample();
    for (const entry of await this.#context.ledger.load()) {
      this.#runners.set(entry.uid, new ClaimRunner(entry.uid, entry, this.#context));
    }
    await Promise.all([...this.#runners.values()].map((runner) => runner.adopt()));
    this.#distribute();
    await this.#server.listen(this.#layout.socket, this.#options.config.socketUid);
    const { clock, log } = this.#context.ports;
    void this.#sensors.run(clock, () => this.#reports.changed(), this.#closing.signal);
    this.#watchOrphanage();
    log.info({ directory: this.#layout.root, claims: this.#runners.size }, "agent started");
  }

  accept(stream: Duplex): void {
    this.#server.accept(stream);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#context.monitor.close();
    this.#context.logs.close();
    await this.#server.close();
  }

  #service() {
    return {
      reports: this.#reports,
      hello: () => this.#hello(),
      accept: (signed: SignedDocument) => this.#accept(signed),
      acknowledge: (uid: string) => this.#runners.get(uid)?.acknowledge(),
      shutdown: (remove: boolean) => this.#shutdown(remove),
      exit: () => this.#exit(),
    };
  }

  #hello() {
    this.#lastContactAt = this.#context.ports.clock.monotonic();
    const { clusterUid, resourceUid } = this.#options.config;
    return {
      protocol: protocolVersion,
      version: this.#options.version,
      clusterUid,
      resourceUid,
      bootIdentity: this.#context.boot,
      document: this.#documents.position,
    };
  }

  async #accept(signed: SignedDocument): Promise<DocumentPosition> {
    const { term, generation } = await this.#documents.accept(signed);
    this.#distribute();
    this.#reports.changed();
    return { term, generation };
  }

  /** Gives each claim its order; claims that are not named are told so, which is no order. */
  #distribute(): void {
    const orders = ordersByClaim(this.#documents.current);
    for (const uid of orders.keys()) {
      if (!this.#runners.has(uid)) this.#runners.set(uid, new ClaimRunner(uid, undefined, this.#context));
    }
    for (const [uid, runner] of this.#runners) runner.accept(orders.get(uid));
  }

  #changed(uid: string): void {
    if (this.#runners.get(uid)?.isForgotten) this.#runners.delete(uid);
    this.#reports.changed(uid);
  }

  /** Digests that installations wait for, those in `here` left out. */
  #needs(here: ReadonlySet<string>): string[] {
    return [...new Set(this.#entries().flatMap((entry) => neededBlobs(entry, here)))].sort();
  }

  #entries(): ClaimEntry[] {
    return [...this.#runners.values()].flatMap(({ entry }) => entry ?? []);
  }

  async #findLog(processUid: string, previous: boolean): Promise<RunLog | undefined> {
    const entry = this.#entries().find(({ processes }) => processes[processUid] !== undefined);
    if (entry === undefined) return undefined;
    const isOpen = (run: string): boolean =>
      !this.#closing.signal.aborted && this.#context.monitor.observe(`${processUid}/${run}`)?.state !== "ended";
    return findRunLog(this.#layout, entry, processUid, { previous, isOpen });
  }

  #blobChanged(digest: string): void {
    const isComplete = this.#context.blobs.complete.has(digest);
    for (const [uid, runner] of this.#runners) {
      if (!runner.entry?.software.some(({ order }) => order.digest === digest)) continue;
      if (isComplete) runner.wake();
      this.#reports.changed(uid);
    }
    this.#reports.changed();
  }

  #host(): HostReport {
    return {
      bootIdentity: this.#context.boot,
      agent: {
        version: this.#options.version,
        pid: process.pid,
        startedAt: this.#startedAt,
        nodeVersion: process.version,
      },
      attributes: this.#sensors.attributes,
      root: this.#context.root,
      directory: this.#layout.root,
    };
  }

  /** An agent that holds no claim and hears no server removes itself: nobody else is going to. */
  #watchOrphanage(): void {
    const { clock, log } = this.#context.ports;
    const { orphanAfterMs } = this.#options.config;
    const cancel = clock.setTimer(Math.min(orphanAfterMs, orphanCheckMs), () => {
      if (this.#closing.signal.aborted) return;
      if (this.#server.connections > 0) this.#lastContactAt = clock.monotonic();
      const isAlone = clock.monotonic() - this.#lastContactAt >= orphanAfterMs && this.#runners.size === 0;
      if (!isAlone) return this.#watchOrphanage();
      log.warn({ orphanAfterMs }, "no claim and no server for long: removing itself");
      this.#shutdown(true).then(
        () => this.#exit(),
        () => this.#watchOrphanage(),
      );
    });
    this.#closing.signal.addEventListener("abort", cancel, { once: true });
  }

  #exit(): void {
    this.close().then(this.#options.onExit, this.#options.onExit);
  }

  async #shutdown(remove: boolean): Promise<void> {
    if (!remove) return;
    await Promise.all([...this.#runners.values()].map((runner) => runner.remove()));
    this.#closing.abort();
    await removeDirectory(this.#layout.root);
  }
}

async function makeDirectories(layout: Layout): Promise<void> {
  const paths = [
    layout.root,
    layout.ledger,
    layout.blobs,
    layout.claims,
    layout.bin,
    layout.runtime,
    dirname(layout.socket),
  ];
  for (const path of paths) await mkdir(path, { recursive: true, mode: 0o700 });
  for (const path of [layout.bin, layout.runtime]) await chmod(path, 0o755);
}
