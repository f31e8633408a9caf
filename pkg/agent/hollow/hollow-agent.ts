import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import { type Logger, silentLogger } from "../../log/index.ts";
import type { unpackPeers } from "../../peers/index.ts";
import { type AgentConfig, agentRun, protocolVersion } from "../../protocol/index.ts";
import { unseal } from "../../seal/index.ts";
import { DocumentKeeper } from "../document/document-keeper.ts";
import { KeptCommands } from "../exec/kept-commands.ts";
import { AgentServer, type Handlers } from "../http/agent-server.ts";
import { execHandlers } from "../http/exec-handlers.ts";
import { makeHandlers } from "../http/handlers.ts";
import { treeHandlers } from "../http/tree-handlers.ts";
import { ordersByClaim } from "../plan-order.ts";
import { ReportHub } from "../report/report-hub.ts";
import { TreeNode } from "../tree/tree-node.ts";
import type { TreeWire } from "../tree/tree-wire.ts";
import type { HollowTimes } from "./behaviour.ts";
import { HollowClaim } from "./hollow-claim.ts";
import { HollowPackages, pretendedBlobs, pretendedPrefetch } from "./hollow-packages.ts";
import { pretendedExec } from "./pretended-command.ts";
import { type PretendedLog, pretendedLogs } from "./pretended-log.ts";

export interface HollowAgentOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly times: HollowTimes;
  readonly nextPid: () => number;
  readonly log?: Logger;
  /** How links to other agents of the tree run. */
  readonly wire: TreeWire;
  /** Agents of one program read once what they all are sent. */
  readonly unpack: typeof unpackPeers;
  /** Where packages lie that are really fetched; absent: they are pretended. */
  readonly packagesIn?: string;
  /** It was told to go, and has gone. */
  readonly onRemoved: () => void;
}

/** What a machine without anything on it says of itself. */
const attributes = {
  "cpu.cores": 8,
  "memory.total": 16 * 2 ** 30,
  "disk.free": 2 ** 40,
  "load.1m": 0,
  os: "linux",
  arch: "x64",
  kernel: "hollow",
};

/**
 * An agent that speaks the protocol and plans as the real one does, on a machine that is not there: nothing is written or
 * run, and nothing fetched but packages, where that is wanted.
 */
export class HollowAgent {
  readonly #config: AgentConfig;
  readonly #options: HollowAgentOptions;
  readonly #documents: DocumentKeeper;
  readonly #claims = new Map<string, HollowClaim>();
  readonly #reports: ReportHub;
  readonly #server: AgentServer;
  readonly #packages: HollowPackages | undefined;
  #tree: TreeNode;
  #startedAt = "";
  #boot = 1;

  constructor(config: AgentConfig, options: HollowAgentOptions) {
    this.#config = config;
    this.#options = options;
    this.#documents = new DocumentKeeper({ config, unseal, unpack: options.unpack });
    this.#packages = this.#makePackages();
    this.#reports = new ReportHub(options.clock, config.beatMs, {
      host: () => this.#host(),
      document: () => this.#documents.position,
      claims: () => [...this.#claims.values()].flatMap((claim) => claim.report() ?? []),
      claim: (uid) => this.#claims.get(uid)?.report(),
      needs: () => this.#needs(),
      tree: () => this.#tree.report,
      packages: () => this.#packages?.report,
      heard: () => undefined,
    });
    const commands = execHandlers(
      pretendedExec(options.clock, options.times),
      new KeptCommands(options.clock, () => agentRun(this.#host())),
    );
    const logs = pretendedLogs((process) => this.#log(process), options.clock);
    const place = treeHandlers(this.#place());
    const packages = { ...(this.#packages?.handlers ?? pretendedBlobs()), ...pretendedPrefetch() };
    const handlers = { ...this.#handlers(), ...place, ...packages, ...commands, ...logs };
    this.#server = new AgentServer(handlers, options.log ?? silentLogger);
    this.#tree = this.#begin();
  }

  /** Its program ends, and starts again when somebody connects: what it knows stays, as a ledger does, its place in the tree does not. */
  restart(): void {
    void this.#tree.close();
    this.#tree = this.#begin();
  }

  accept(stream: Duplex): void {
    this.#server.accept(stream);
  }

  /** Its machine was switched off and on. */
  reboot(): void {
    this.#boot += 1;
    for (const claim of this.#claims.values()) claim.loseRuns();
  }

  /** Its processes are ready, or are not although they run. */
  setWell(isWell: boolean): void {
    for (const claim of this.#claims.values()) claim.setWell(isWell);
  }

  close(): void {
    for (const claim of this.#claims.values()) claim.close();
    void this.#tree.close();
    void this.#packages?.remove();
    this.#server.drop();
  }

  #begin(): TreeNode {
    const { clock, log = silentLogger, wire } = this.#options;
    this.#startedAt = new Date(clock.now()).toISOString();
    return new TreeNode({
      clock,
      log,
      wire,
      config: this.#config,
      accept: (connection) => this.#server.accept(connection),
      onChange: () => this.#reports.changed(),
    });
  }

  /** In the tree, as long as its program runs. */
  #place(): Parameters<typeof treeHandlers>[0] {
    const now = (): TreeNode => this.#tree;
    return {
      get key() {
        return now().key;
      },
      accept: (order) => now().accept(order),
      open: (childUid) => now().open(childUid),
    };
  }

  #handlers(): Handlers {
    return makeHandlers({
      reports: this.#reports,
      hello: () => ({
        protocol: protocolVersion,
        version: this.#config.version,
        clusterUid: this.#config.clusterUid,
        resourceUid: this.#config.resourceUid,
        bootIdentity: this.#bootIdentity,
        document: this.#documents.position,
        peers: this.#documents.peers,
        tree: true,
        ...(this.#packages !== undefined && { packages: true }),
        commands: true,
      }),
      accept: async (body) => {
        const { term, generation } = await this.#documents.accept(body);
        this.#distribute();
        return { term, generation };
      },
      grant: async () => undefined,
      acknowledge: (uid) => this.#claims.get(uid)?.acknowledge(),
      shutdown: async (remove) => {
        if (!remove) return;
        for (const claim of this.#claims.values()) claim.close();
        this.#claims.clear();
      },
      exit: () => this.#options.onRemoved(),
    });
  }

  #distribute(): void {
    const orders = ordersByClaim(this.#documents.current);
    for (const uid of orders.keys()) if (!this.#claims.has(uid)) this.#claims.set(uid, this.#makeClaim(uid));
    for (const [uid, claim] of this.#claims) claim.accept(orders.get(uid));
    this.#reports.changed();
  }

  #log(process: string): PretendedLog | undefined {
    for (const claim of this.#claims.values()) {
      const log = claim.log(process);
      if (log !== undefined) return log;
    }
    return undefined;
  }

  #makeClaim(uid: string): HollowClaim {
    const changed = (): void => {
      if (this.#claims.get(uid)?.isForgotten) this.#claims.delete(uid);
      this.#reports.changed(uid);
    };
    const here = (): ReadonlySet<string> | undefined => this.#packages?.complete;
    return new HollowClaim(uid, { ...this.#options, boot: () => this.#bootIdentity, changed, here });
  }

  #makePackages(): HollowPackages | undefined {
    const { clock, log = silentLogger, packagesIn } = this.#options;
    if (packagesIn === undefined) return undefined;
    return new HollowPackages({
      ...{ clock, log, config: this.#config, directory: join(packagesIn, this.#config.resourceUid) },
      pinned: () => new Set([...this.#claims.values()].flatMap((claim) => claim.packages)),
      onChange: () => {
        for (const claim of this.#claims.values()) claim.packagesChanged();
        this.#reports.changed(undefined, "now");
      },
    });
  }

  /** Digests of packages that somebody waits for. */
  #needs(): string[] {
    const here = this.#packages?.complete;
    if (here === undefined) return [];
    return [...new Set([...this.#claims.values()].flatMap((claim) => claim.needs(here)))].sort();
  }

  get #bootIdentity(): string {
    return `${this.#config.resourceUid}.${this.#boot}`;
  }

  #host() {
    const agent = {
      version: this.#config.version,
      pid: process.pid,
      startedAt: this.#startedAt,
      nodeVersion: process.version,
    };
    return { bootIdentity: this.#bootIdentity, agent, attributes, root: false, directory: "/hollow" };
  }
}
