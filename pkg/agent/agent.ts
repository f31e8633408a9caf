import { setMaxListeners } from "node:events";
import { chmod, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import type { AgentConfig, AgentHello, DocumentBody, DocumentPosition, HostReport } from "../protocol/index.ts";
import { agentRun, protocolVersion } from "../protocol/index.ts";
import { unseal } from "../seal/index.ts";
import { ClaimTable } from "./claim/claim-table.ts";
import { findLog, findOpenRun } from "./claim/find-runs.ts";
import { moveDirectory } from "./claim/take-over.ts";
import { ClaimTasks } from "./claim/tasks.ts";
import { checkSocketPath } from "./config.ts";
import type { AgentContext } from "./context.ts";
import { makeDocumentFile } from "./document/document-file.ts";
import { DocumentKeeper } from "./document/document-keeper.ts";
import { readEarlyAnswers } from "./document/early-answers.ts";
import { connectPort } from "./exec/connect-port.ts";
import { execOnMachine } from "./exec/exec-place.ts";
import { KeptCommands } from "./exec/kept-commands.ts";
import { TaskRegister } from "./exec/task-register.ts";
import { ControlGroups, groupName } from "./host/control-groups.ts";
import { Sensors } from "./host/sensors.ts";
import { TransferMeter } from "./host/transfer-meter.ts";
import { uptimeMs } from "./host/uptime.ts";
import { hostKey } from "./host-software/host-entry.ts";
import { HostSoftware } from "./host-software/host-software.ts";
import { AgentServer } from "./http/agent-server.ts";
import { answerHandlers } from "./http/answer-handlers.ts";
import { attachHandlers } from "./http/attach-handlers.ts";
import { blobHandlers } from "./http/blob-handlers.ts";
import { connectHandlers } from "./http/connect-handlers.ts";
import { execHandlers } from "./http/exec-handlers.ts";
import { type AgentService, makeHandlers } from "./http/handlers.ts";
import { logHandlers } from "./http/log-handlers.ts";
import { lookHandlers } from "./http/look-handlers.ts";
import { networkHandlers } from "./http/network-handlers.ts";
import { packageHandlers } from "./http/package-handlers.ts";
import { prefetchHandlers } from "./http/prefetch-handlers.ts";
import { rebootHandlers } from "./http/reboot-handlers.ts";
import { resultsHandlers } from "./http/results-handlers.ts";
import { treeHandlers } from "./http/tree-handlers.ts";
import { usageHandlers } from "./http/usage-handlers.ts";
import { type Layout, makeLayout } from "./layout.ts";
import { leaseFilesIn } from "./lease/lease-files.ts";
import { LeaseKeeper } from "./lease/lease-keeper.ts";
import { makeLedger } from "./ledger/ledger.ts";
import { Limiter } from "./limiter.ts";
import { LogKeeper } from "./logs/log-keeper.ts";
import { logOf, logTail } from "./logs/log-tail.ts";
import { watchLoneliness } from "./loneliness.ts";
import { NetworkNode } from "./network/network-node.ts";
import { PackageExchange } from "./packages/package-exchange.ts";
import type { AgentPorts } from "./ports.ts";
import { writePrograms } from "./programs.ts";
import { removeDirectory } from "./remove-directory.ts";
import { ReportHub } from "./report/report-hub.ts";
import { collectResults } from "./results/collect-results.ts";
import { bootIdentity } from "./shim/process-table.ts";
import { RunMonitor } from "./shim/run-monitor.ts";
import { makeStock } from "./stock.ts";
import { TreeNode } from "./tree/tree-node.ts";

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

const installationsAtOnce = 2;

/** A running agent. */
export interface Agent {
  /** Serves a connection that came some other way than by the socket. */
  accept(stream: Duplex): void;
  /** Ends the agent; processes go on and are found again by the next one. */
  close(): Promise<void>;
  /** Takes everything off the machine that agents of this directory have put there, the directory included. */
  remove(): Promise<void>;
}

/** Starts the agent of a directory: takes up what an earlier one left, then listens. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const layout = makeLayout(options.directory);
  checkSocketPath(layout.socket);
  await makeDirectories(layout);
  await writePrograms(layout, options.bundle);
  // A machine that is only pretended has no control groups of its own; there they are made for limits alone.
  const always = options.config.bootIdentity === undefined;
  const groups = await ControlGroups.find({ name: groupName(options.config.resourceUid, layout.root), always });
  const daemon = new Daemon(options, layout, groups);
  await daemon.start();
  return daemon;
}

class Daemon implements Agent {
  readonly #options: AgentOptions;
  readonly #layout: Layout;
  readonly #context: AgentContext;
  readonly #documents: DocumentKeeper;
  readonly #claims: ClaimTable;
  readonly #sensors: Sensors;
  readonly #transfers: TransferMeter;
  readonly #reports: ReportHub;
  readonly #server: AgentServer;
  readonly #tree: TreeNode;
  readonly #packages: PackageExchange;
  readonly #network: NetworkNode;
  readonly #commands: KeptCommands;
  readonly #closing = new AbortController();
  readonly #startedAt: string;

  constructor(options: AgentOptions, layout: Layout, groups: ControlGroups) {
    const { config, ports } = options;
    // Every command and watcher listens for the end.
    setMaxListeners(0, this.#closing.signal);
    this.#options = options;
    this.#layout = layout;
    this.#startedAt = new Date(ports.clock.now()).toISOString();
    this.#documents = new DocumentKeeper({ file: makeDocumentFile(layout.document), config, unseal });
    this.#transfers = new TransferMeter(ports.clock);
    const bandwidth = (): number | undefined => this.#transfers.bytesPerSecond;
    this.#sensors = new Sensors({ clock: ports.clock, directory: layout.root, bandwidth });
    this.#claims = new ClaimTable(() => this.#context);
    this.#context = this.#makeContext(groups);
    this.#reports = new ReportHub(ports.clock, config.beatMs, {
      host: () => this.#host(),
      document: () => this.#documents.position,
      claims: () => this.#claims.reports(),
      claim: (uid) => this.#claims.report(uid),
      needs: () => this.#claims.needs(this.#context.blobs.complete),
      tree: () => this.#tree.report,
      packages: () => this.#packages.report,
      network: () => this.#network.report,
      heard: () => this.#context.leases.hurry(),
    });
    const { clock, log } = ports;
    this.#tree = new TreeNode({
      ...{ clock, log, config },
      accept: (connection) => this.#server.accept(connection),
      onChange: () => this.#reports.changed(),
    });
    this.#packages = new PackageExchange({
      ...{ clock, log, config },
      blobs: this.#context.blobs,
      // Who cannot be reached is told at once: somebody else is to be named.
      onChange: () => this.#reports.changed(undefined, "now"),
    });
    this.#network = new NetworkNode({
      ...{ clock, log, config },
      random: ports.random,
      onChange: () => this.#reports.changed(undefined, "late"),
    });
    this.#commands = new KeptCommands(ports.clock, () => agentRun(this.#host()));
    const handlers = {
      ...makeHandlers(this.#service()),
      ...answerHandlers((line) => this.#answer(line)),
      ...blobHandlers(this.#context.blobs),
      ...prefetchHandlers(this.#context.ahead),
      ...logHandlers((uid, wanted) => findLog(this.#context, this.#claims.entries(), uid, wanted), ports.clock),
      ...resultsHandlers(async (uid, request) => collectResults(this.#context, this.#claims.entries(), uid, request)),
      ...attachHandlers((uid) => findOpenRun(this.#context, this.#claims.entries(), uid), ports.clock),
      ...connectHandlers((request) => connectPort(this.#context, this.#claims.entries(), request)),
      ...rebootHandlers(this.#context),
      ...lookHandlers(),
      ...treeHandlers(this.#tree),
      ...packageHandlers(this.#packages),
      ...networkHandlers(this.#network, ports.clock),
      ...usageHandlers(this.#context, () => this.#claims.reports()),
      ...execHandlers(
        (request, stream) => execOnMachine(this.#context, this.#claims.entries(), request, stream),
        this.#commands,
      ),
    };
    this.#server = new AgentServer(handlers, ports.log);
  }

  async start(): Promise<void> {
    const { clock, log } = this.#context.ports;
    const { orphanAfterMs: afterMs, socketUid } = this.#options.config;
    await this.#documents.load();
    await this.#context.tasks.clear();
    await this.#context.blobs.load();
    await this.#context.ahead.load();
    await this.#sensors.sample();
    await this.#context.leases.load();
    await this.#claims.load();
    await this.#context.host.load();
    await this.#claims.distribute(this.#documents.current);
    await this.#server.listen(this.#layout.socket, socketUid);
    void this.#sensors.run(() => this.#reports.changed(), this.#closing.signal);
    const isWanted = (): boolean => this.#server.connections > 0 || this.#claims.size > 0;
    const stop = watchLoneliness({ clock, afterMs, isWanted, onLonely: () => this.#leave(afterMs) });
    this.#closing.signal.addEventListener("abort", stop, { once: true });
    log.info({ directory: this.#layout.root, claims: this.#claims.size }, "agent started");
  }

  accept(stream: Duplex): void {
    this.#server.accept(stream);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#context.ahead.close();
    this.#claims.close();
    this.#context.monitor.close();
    this.#context.logs.close();
    this.#context.leases.close();
    await this.#packages.close();
    await this.#network.close();
    this.#commands.close();
    await this.#tree.close();
    await this.#server.close();
  }

  async remove(): Promise<void> {
    await this.#claims.removeAll();
    await this.#context.host.sweep();
    this.#closing.abort();
    await this.#context.ahead.close();
    await this.#context.groups.removeAll();
    await removeDirectory(this.#layout.root);
  }

  #makeContext(groups: ControlGroups): AgentContext {
    const { config, ports } = this.#options;
    const { clock } = ports;
    const layout = this.#layout;
    const boot = config.bootIdentity ?? bootIdentity();
    const logs = new LogKeeper(clock);
    const tasks = new TaskRegister(layout.tasks);
    const installing = new Limiter(installationsAtOnce);
    return {
      config,
      ports,
      layout,
      boot,
      groups,
      ledger: makeLedger(layout.ledger),
      tasks,
      ...makeStock({
        layout,
        ports,
        tasks,
        boot,
        installing,
        ...(config.cacheBytes !== undefined && { quotaBytes: config.cacheBytes }),
        pinned: () => new Set(this.#claims.needs(new Set())),
        onChange: (digest) => this.#blobChanged(digest),
      }),
      host: new HostSoftware({
        context: () => this.#context,
        holders: (key) => this.#claims.holdersOf((order) => order.scope === "Host" && hostKey(order) === key),
      }),
      monitor: new RunMonitor({
        clock,
        boot,
        // A log that cannot be written, as on a full disk, does not keep anybody from being told that it ended.
        settle: (run) => logs.settle(logOf(layout, run)).catch(() => undefined),
        tail: (run) => logTail(logOf(layout, run)),
        onChange: ({ claim }) => this.#claims.wake(claim),
      }),
      logs,
      leases: new LeaseKeeper({
        clock,
        uptimeMs,
        boot,
        config,
        files: leaseFilesIn(layout.leases),
        unseal,
        term: () => this.#documents.position.term,
        ask: (request) => this.#reports.ask(request),
        onChange: (uid) => this.#claims.wake(uid),
      }),
      installing,
      root: process.getuid?.() === 0,
      closing: this.#closing.signal,
      makeTasks: (parts) => new ClaimTasks({ context: this.#context, ...parts }),
      workingDirectory: (uid) => layout.claim(uid).work,
      moveDirectory: (former, heir) => moveDirectory(layout.claim(former).root, layout.claim(heir).root),
      changed: (uid, haste) => {
        this.#claims.prune(uid);
        this.#reports.changed(uid, haste);
      },
    };
  }

  #service(): AgentService {
    return {
      reports: this.#reports,
      hello: () => this.#hello(),
      accept: (body) => this.#accept(body),
      grant: (signed) => this.#context.leases.accept(signed),
      acknowledge: (uid) => this.#claims.acknowledge(uid),
      shutdown: async (remove) => {
        if (remove) await this.remove();
      },
      exit: () => this.#exit(),
    };
  }

  #hello(): AgentHello {
    const { clusterUid, resourceUid } = this.#options.config;
    this.#context.ahead.expectOrder();
    return {
      protocol: protocolVersion,
      version: this.#options.version,
      clusterUid,
      resourceUid,
      bootIdentity: this.#context.boot,
      document: this.#documents.position,
      peers: this.#documents.peers,
      tree: true,
      packages: true,
      network: true,
      commands: true,
    };
  }

  async #accept(body: DocumentBody): Promise<DocumentPosition> {
    const { term, generation } = await this.#documents.accept(body);
    await this.#claims.distribute(this.#documents.current);
    this.#reports.changed();
    return { term, generation };
  }

  /** Lets processes at barriers go before the document comes that says so. */
  #answer(line: string): void {
    const { config } = this.#options;
    const answers = readEarlyAnswers(line, { ...config, position: this.#documents.position, unseal });
    for (const answer of answers) this.#claims.answer(answer);
  }

  #blobChanged(digest: string): void {
    const transfer = this.#context.blobs.transfer(digest);
    if (transfer !== undefined) this.#transfers.note(digest, transfer);
    for (const uid of this.#claims.withBlob(digest)) {
      this.#claims.wake(uid);
      this.#reports.changed(uid);
    }
    this.#reports.changed();
  }

  #host(): HostReport {
    const { version } = this.#options;
    return {
      bootIdentity: this.#context.boot,
      agent: { version, pid: process.pid, startedAt: this.#startedAt, nodeVersion: process.version },
      attributes: this.#sensors.attributes,
      root: this.#context.root,
      directory: this.#layout.root,
    };
  }

  /** An agent that holds no claim and hears no server removes itself: nobody else is going to. */
  #leave(afterMs: number): void {
    this.#context.ports.log.warn({ afterMs }, "no claim and no server for long: removing itself");
    this.remove().then(
      () => this.#exit(),
      () => this.#exit(),
    );
  }

  #exit(): void {
    this.close().then(this.#options.onExit, this.#options.onExit);
  }
}

async function makeDirectories(layout: Layout): Promise<void> {
  const open = [layout.bin, layout.runtime, layout.sockets];
  const paths = [layout.root, layout.ledger, layout.blobs, layout.claims, ...open, dirname(layout.socket)];
  for (const path of paths) await mkdir(path, { recursive: true, mode: 0o700 });
  for (const path of open) await chmod(path, 0o755);
}
