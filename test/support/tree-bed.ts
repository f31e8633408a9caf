import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type Agent, startAgent } from "../../pkg/agent/agent.ts";
import { launchProgram } from "../../pkg/agent/daemon/run.ts";
import { clearMachine } from "../../pkg/agent/testing/test-agent.ts";
import { certifyKey, ensureAgentPki } from "../../pkg/auth/index.ts";
import { sleep, systemClock } from "../../pkg/clock/index.ts";
import {
  type AgentConnection,
  type BlobSource,
  ConnectError,
  type Connector,
  type ConnectRequest,
  connectSteps,
  type Fabric,
  type HostObservation,
  type LastPlace,
  type PackageSettings,
  type ProbeVerdict,
} from "../../pkg/fabric/fabric.ts";
import { makeFabric } from "../../pkg/fabric/make-fabric.ts";
import type { TreeAuthority } from "../../pkg/fabric/relay-connector.ts";
import { type Logger, silentLogger } from "../../pkg/log/index.ts";
import { Metrics } from "../../pkg/metrics/index.ts";
import { type AgentConfig, serverName } from "../../pkg/protocol/index.ts";
import { makeSealKeys, seal } from "../../pkg/seal/index.ts";

const certificateDays = 30;
/** Of connects to a machine without power. */
const unansweredMs = 10_000;

/** Many real agents in this process, and a fabric that reaches them, each by its socket or through others. */
export class TreeBed {
  readonly directory = mkdtempSync(join(tmpdir(), "plush-tree-"));
  readonly clusterUid = randomUUID();
  readonly keys = makeSealKeys();
  readonly machines: TreeMachineBed[] = [];
  /** What is made of the connection to an agent's socket. */
  wrap: (machine: TreeMachineBed, connection: Duplex) => Duplex = (_machine, connection) => connection;
  /** Where the server has packages from. */
  blobs: BlobSource = { open: async () => undefined };
  /** How machines give packages to each other; undefined: they do not. */
  packages: PackageSettings | undefined;
  metrics = new Metrics();
  /** Of all machines. */
  address = "127.0.0.1";
  readonly #authority: TreeAuthority;
  readonly #log: Logger;
  #fanOut = 0;
  #lastPlaces: ReadonlyMap<string, LastPlace> = new Map();
  fabric: Fabric;

  private constructor(authority: TreeAuthority, log: Logger) {
    this.#authority = authority;
    this.#log = log;
    this.fabric = this.#makeFabric();
  }

  #makeFabric(): Fabric {
    return makeFabric({
      clock: systemClock,
      log: this.#log,
      metrics: this.metrics,
      blobs: { open: (digest, offset) => this.blobs.open(digest, offset) },
      signDocument: (bytes) => seal(Buffer.from(bytes).toString("utf8"), this.keys.privateKey).signature,
      serverKey: this.keys.publicKey,
      clusterUid: this.clusterUid,
      term: 1,
      agentBundle: { version: "test" },
      random: Math.random,
      tree: this.#authority,
    });
  }

  static async start(log: Logger = silentLogger): Promise<TreeBed> {
    return new TreeBed(await makeTreeAuthority(), log);
  }

  /** Attaches machines m1, m2 … to the fabric. */
  attach(count: number, fanOut: number): void {
    this.#fanOut = fanOut;
    for (let index = 1; index <= count; index++) this.machines.push(new TreeMachineBed(this, `m${index}`));
    this.#attachAll();
  }

  /** The pool is changed: all machines are attached anew, with what has been written down of their places by then. */
  changeFanOut(fanOut: number): void {
    this.#lastPlaces = this.#places();
    this.#fanOut = fanOut;
    this.#attachAll();
  }

  /**
   * Another server takes over, as after a restart; it knows what was written down of their places, and has machines attached in
   * portions.
   */
  async restart({
    portions = 1,
    places = this.#places(),
    meanwhile = async () => {},
  }: {
    readonly portions?: number;
    readonly places?: ReadonlyMap<string, LastPlace>;
    readonly meanwhile?: () => Promise<void>;
  } = {}): Promise<void> {
    this.#lastPlaces = places;
    await this.fabric.close();
    await meanwhile();
    this.metrics = new Metrics();
    this.fabric = this.#makeFabric();
    for (let portion = 0; portion < portions; portion++) {
      if (portion > 0) await sleep(systemClock, 150);
      this.#attachAll((index) => index % portions === portion);
    }
  }

  #places(): ReadonlyMap<string, LastPlace> {
    return new Map(
      this.machines.flatMap(({ uid, seen }) => {
        if (seen.state !== "connected" || seen.tree === undefined) return [];
        const { parent } = seen.tree;
        return [[uid, parent === undefined ? {} : { parentUid: this.named(parent).uid }] as const];
      }),
    );
  }

  #attachAll(isMeant: (index: number) => boolean = () => true): void {
    for (const machine of this.machines.filter((_, index) => isMeant(index))) {
      const lastPlace = this.#lastPlaces.get(machine.uid);
      this.fabric.attach({
        resourceUid: machine.uid,
        resourceName: machine.name,
        fingerprint: String(this.#fanOut),
        connector: machine,
        address: this.address,
        detection: { beatMs: 300, missed: 3, probeMs: 300 },
        orphanAfterMs: 1e9,
        tree: { group: "lab", fanOut: this.#fanOut, port: 0, site: "" },
        ...(lastPlace !== undefined && { lastPlace }),
        ...(this.packages !== undefined && { packages: this.packages }),
      });
    }
  }

  named(name: string): TreeMachineBed {
    const found = this.machines.find((machine) => machine.name === name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  }

  /** As it is now: the parent of each machine that is reached through one. */
  parents(): ReadonlyMap<string, string> {
    return new Map(
      this.machines.flatMap(({ name, seen }) => {
        const parent = seen.state === "connected" ? seen.tree?.parent : undefined;
        return parent === undefined ? [] : [[name, parent]];
      }),
    );
  }

  async close(): Promise<void> {
    await this.fabric.close();
    for (const machine of this.machines) await machine.clear();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A machine that is reached by its agent's socket, as others are by SSH. */
export class TreeMachineBed implements Connector {
  readonly uid = randomUUID();
  readonly name: string;
  sees: ProbeVerdict = "answered";
  /** Who connects to it waits for this. */
  held: Promise<void> = Promise.resolve();
  /** Direct connections that were made. */
  direct = 0;
  /** Direct connections that are open. */
  open = 0;
  readonly #bed: TreeBed;
  #agent: Agent | undefined;
  #isOff = false;

  constructor(bed: TreeBed, name: string) {
    this.#bed = bed;
    this.name = name;
  }

  get directory(): string {
    return join(this.#bed.directory, this.name);
  }

  get seen(): HostObservation {
    return this.#bed.fabric.observe(this.uid);
  }

  async connect({ config, onStep, signal }: ConnectRequest): Promise<AgentConnection> {
    await this.held;
    if (this.#isOff) {
      await sleep(systemClock, unansweredMs, signal);
      throw new ConnectError("Unreachable", "it is off");
    }
    this.direct++;
    if (this.#agent === undefined) {
      onStep(connectSteps.startingAgent);
      await this.start(config);
    }
    const socket = net.connect(join(this.directory, "run", "agent.sock"));
    this.open++;
    socket.once("close", () => this.open--);
    return { stream: this.#bed.wrap(this, socket), close: () => socket.destroy() };
  }

  async probe(): Promise<ProbeVerdict> {
    return this.#isOff ? "silent" : this.sees;
  }

  async remove(): Promise<void> {}

  async start(config: AgentConfig): Promise<void> {
    mkdirSync(this.directory, { recursive: true });
    this.#agent = await startAgent({
      directory: this.directory,
      config,
      version: "test",
      bundle: "/nonexistent",
      ports: { clock: systemClock, random: Math.random, launch: launchProgram, log: silentLogger },
      onExit: () => undefined,
    });
  }

  /** Its agent ends; whoever connects starts another. */
  async endAgent(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.close();
  }

  async powerOff(): Promise<void> {
    this.#isOff = true;
    await this.endAgent();
  }

  async clear(): Promise<void> {
    await this.endAgent();
    await clearMachine(this.directory, this.uid);
  }
}

async function makeTreeAuthority(): Promise<TreeAuthority> {
  const directory = mkdtempSync(join(tmpdir(), "plush-tree-pki-"));
  const { authority, server } = await ensureAgentPki(directory, { name: serverName, now: Date.now() });
  rmSync(directory, { recursive: true });
  return {
    authority: authority.certificate,
    server,
    certify: (name, publicKey) => certifyKey(authority, { name, publicKey, days: certificateDays, now: Date.now() }),
    certificateMs: certificateDays * 86_400_000,
  };
}
