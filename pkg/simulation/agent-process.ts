import { type ClaimContext, ClaimTable, DocumentKeeper, LeaseKeeper, ReportHub } from "../agent/index.ts";
import { silentLogger } from "../log/index.ts";
import {
  type AgentConfig,
  type AgentHello,
  type AgentMessage,
  type DocumentBody,
  type DocumentPosition,
  type HostReport,
  type LookAnswer,
  type LookRequest,
  protocolVersion,
  type ServerHello,
  type SignedGrant,
} from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { AgentTasks } from "./agent-tasks.ts";
import type { MachineDisk } from "./machine-disk.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { ProcessTable, RunRecord } from "./process-table.ts";
import type { Random } from "./random.ts";
import { RunWatch } from "./run-watch.ts";
import type { AgentEndpoint } from "./session.ts";
import type { Wiring } from "./wiring.ts";

export interface AgentProcessParts {
  readonly clock: ProcessClock;
  readonly config: AgentConfig;
  readonly boot: string;
  readonly disk: MachineDisk;
  readonly table: ProcessTable;
  readonly random: Random;
  readonly wiring: Wiring;
  /** Of the machine, which counts while it stands still too. */
  readonly uptimeMs: () => number;
  readonly attributes: () => Readonly<Record<string, number>>;
  /** How another machine answers a TCP connect from this one. */
  readonly lookAt: (address: string) => LookAnswer["verdict"];
  /** It has removed itself and everything it put on the machine. */
  readonly onRemoved: () => void;
}

/** One life of an agent: the agent's own claims, documents and reports, on a simulated machine. */
export class AgentProcess implements AgentEndpoint {
  readonly clock: ProcessClock;
  readonly #parts: AgentProcessParts;
  readonly #documents: DocumentKeeper;
  readonly #claims: ClaimTable;
  readonly #reports: ReportHub;
  readonly #leases: LeaseKeeper;
  readonly #watch: RunWatch;
  readonly #closing = new AbortController();
  readonly #startedAt: string;
  #isListening = false;

  constructor(parts: AgentProcessParts) {
    const { clock, config, boot, disk, table } = parts;
    this.clock = clock;
    this.#parts = parts;
    this.#startedAt = new Date(clock.now()).toISOString();
    // Signatures are no matter of time or faults, and cost more than all the rest.
    this.#documents = new DocumentKeeper({ file: disk.documentFor(clock), config, unseal: ({ payload }) => payload });
    this.#watch = new RunWatch({ clock, boot, table, onChange: ({ claim }) => this.#claims.wake(claim) });
    this.#leases = new LeaseKeeper({
      clock,
      uptimeMs: parts.uptimeMs,
      files: disk.leasesFor(clock),
      config,
      unseal: ({ payload }) => payload,
      boot,
      term: () => this.#documents.position.term,
      ask: (request) => this.#reports.ask(request),
      onChange: (uid) => this.#claims.wake(uid),
    });
    const context = this.#makeContext();
    this.#claims = new ClaimTable(() => context);
    this.#reports = new ReportHub(clock, config.beatMs, {
      host: () => this.#host(),
      document: () => this.#documents.position,
      claims: () => this.#claims.reports(),
      claim: (uid) => this.#claims.report(uid),
      needs: () => this.#claims.needs(disk.blobs),
      heard: () => this.#leases.hurry(),
    });
  }

  /** Whether its socket can be connected to. */
  get isListening(): boolean {
    return this.#isListening;
  }

  get config(): AgentConfig {
    return this.#parts.config;
  }

  /** Takes up what an earlier agent left, then listens. */
  async start(): Promise<void> {
    await this.#documents.load();
    await this.#leases.load();
    await this.#claims.load();
    await this.#claims.distribute(this.#documents.current);
    this.#isListening = true;
    if (this.#parts.wiring.broken === "autonomy") this.#despair(0);
  }

  /** A run on the machine has changed. */
  changed(record: RunRecord): void {
    this.clock.run(() => this.#watch.changed(record));
  }

  /** What it would tell of its machine has changed. */
  sensed(): void {
    this.clock.run(() => this.#reports.changed());
  }

  hello({ clusterUid, resourceUid }: ServerHello): AgentHello {
    const { config, boot } = this.#parts;
    if (config.clusterUid !== clusterUid || config.resourceUid !== resourceUid)
      throw new StatusError("Conflict", "this agent belongs to another cluster or stands for another machine");
    const { version } = config;
    return {
      protocol: protocolVersion,
      version,
      clusterUid,
      resourceUid,
      bootIdentity: boot,
      document: this.#documents.position,
      peers: this.#documents.peers,
    };
  }

  async accept(body: DocumentBody): Promise<DocumentPosition> {
    const { term, generation } = await this.#documents.accept(body);
    await this.#claims.distribute(this.#documents.current);
    this.#reports.changed();
    return { term, generation };
  }

  acknowledge(claimUid: string): void {
    this.#claims.acknowledge(claimUid);
  }

  grant(leases: SignedGrant): Promise<void> {
    return this.#leases.accept(leases);
  }

  report(write: (message: AgentMessage) => void): () => void {
    const { stop } = this.#reports.add({
      write: (message) => {
        write(this.#parts.wiring.broken === "reports" ? hastened(message, this.#parts.table) : message);
        return true;
      },
    });
    return stop;
  }

  hasBlob(digest: string): boolean {
    return this.#parts.disk.blobs.has(digest);
  }

  async takeBlob(digest: string): Promise<void> {
    const { disk, clock, random } = this.#parts;
    await clock.sleep(random.between(20, 400));
    await disk.write(clock, () => disk.blobs.add(digest));
    for (const uid of this.#claims.withBlob(digest)) {
      this.#claims.wake(uid);
      this.#reports.changed(uid);
    }
    this.#reports.changed();
  }

  async look({ address, timeoutMs }: LookRequest): Promise<LookAnswer> {
    const verdict = this.#parts.lookAt(address);
    await this.clock.sleep(verdict === "silent" ? timeoutMs : 2);
    return { verdict };
  }

  async shutdown(remove: boolean): Promise<void> {
    if (!remove) return;
    await this.#claims.removeAll();
    this.#closing.abort();
    this.#parts.onRemoved();
  }

  /** Stops everything once no server has been heard for some seconds. */
  #despair(lonelyFor: number): void {
    if (lonelyFor > 3) this.#parts.table.sweep(() => true);
    this.clock.setTimer(1000, () => this.#despair(this.#reports.readers === 0 ? lonelyFor + 1 : 0));
  }

  #makeContext(): ClaimContext {
    const { clock, random, disk, boot, table, wiring } = this.#parts;
    const changed: ClaimContext["changed"] = (uid, haste) => {
      this.#claims.prune(uid);
      this.#reports.changed(uid, haste);
    };
    return {
      ports: { clock, random: () => random.next(), log: silentLogger },
      ledger: disk.ledgerFor(clock),
      blobs: { complete: disk.blobs, transfer: () => undefined },
      monitor: this.#watch,
      boot,
      leases: this.#leases,
      closing: this.#closing.signal,
      changed,
      makeTasks: (parts) =>
        new AgentTasks({
          ...parts,
          clock,
          random,
          disk,
          table,
          watch: this.#watch,
          leases: this.#leases,
          changed,
          leavesAll: wiring.broken === "removal",
        }),
      workingDirectory: (uid) => `/claims/${uid}/work`,
      moveDirectory: async (former, heir) => {
        await disk.write(clock, () => {
          if (disk.directories.delete(former)) disk.directories.add(heir);
        });
      },
    };
  }

  #host(): HostReport {
    const { config, boot, attributes } = this.#parts;
    return {
      bootIdentity: boot,
      agent: { version: config.version, pid: 1, startedAt: this.#startedAt, nodeVersion: process.version },
      attributes: attributes(),
      root: false,
      directory: "/var/tmp/plush-agent",
    };
  }
}

/** What runs to its end is reported as done. */
function hastened(message: AgentMessage, table: ProcessTable): AgentMessage {
  if (message.type !== "full" && message.type !== "change") return message;
  const once = new Set(table.running.flatMap(({ order }) => (order.restartPolicy === "Never" ? [order.uid] : [])));
  const claims = message.claims.map((claim) => ({
    ...claim,
    processes: claim.processes.map((one) =>
      once.has(one.uid) ? { ...one, state: "Exited" as const, exitCode: 0 } : one,
    ),
  }));
  return { ...message, claims };
}
