import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Claim, Phase, Process, Resource } from "../../../pkg/api/index.ts";
import { type Client, connect, type ResourceInformer } from "../../../pkg/sdk/node.ts";
import { serverNodeFlags } from "../../../pkg/server/node-flags.ts";
import { eventually } from "../../support/eventually.ts";
import { plushProgram, runProgram } from "../../support/plush-server.ts";
import { afterwards } from "../afterwards.ts";
import { endChild } from "../end-child.ts";
import { collectGarbage } from "../inspector.ts";
import type { Figure } from "../measure.ts";
import { cpuMilliseconds, residentBytes } from "../process-usage.ts";
import { HollowParts } from "./parts.ts";
import { agents, profileDirectory } from "./settings.ts";

/** What the server has counted since its start: it depends on no load. */
interface Counts {
  readonly commits: number;
  readonly reconciles: number;
  readonly documents: number;
}

interface Mark {
  /** Monotonic, ms. */
  readonly at: number;
  readonly cpu: number;
  readonly counts: Counts;
}

interface TimedStep {
  readonly series: string;
  readonly bar: string;
  readonly seconds: number;
  /** Of how many things the server's part is shared out. */
  readonly each: number;
  /** The name of a series of how many reconciles there are a second. */
  readonly rate?: string;
}

interface WorldParts {
  readonly directory: string;
  readonly fleet: HollowParts;
  readonly client: Client;
  readonly server: HollowServer;
}

interface HollowServer {
  readonly pid: number;
  /** What it has written to its stderr. */
  readonly log: () => string;
}

/** One of the benchmark's steps; each finds what those before it have left. */
export type Step = (world: HollowWorld) => Promise<readonly Figure[]>;

/** What a server takes while nobody asks it for anything. */
export interface Rest {
  readonly cpuPercent: number;
  /** After a forced collection. */
  readonly residentBytes: number;
  /** Of that: V8's heap and what it refers to outside. */
  readonly heapBytes: number;
}

const settleMs = 5000;
const restSeconds = 20;

/** A server as its service runs it, which reaches hollow agents, and somebody who watches what its API tells of them. */
export class HollowWorld {
  /** For whatever a step needs on disk. */
  readonly directory: string;
  readonly client: Client;
  /** Of the server. */
  readonly pid: number;
  readonly fleet: HollowParts;
  readonly resources: ResourceInformer<Resource>;
  readonly claims: ResourceInformer<Claim>;
  readonly processes: ResourceInformer<Process>;
  readonly phases: ResourceInformer<Phase>;
  readonly #server: HollowServer;
  #fleetCpuBefore = 0;

  private constructor({ directory, fleet, client, server }: WorldParts) {
    this.directory = directory;
    this.fleet = fleet;
    this.client = client;
    this.#server = server;
    this.pid = server.pid;
    this.resources = client.resources.informer();
    this.claims = client.claims.informer();
    this.processes = client.processes.informer();
    this.phases = client.phases.informer();
  }

  /** It goes when the benchmark is over. */
  static async start(): Promise<HollowWorld> {
    const directory = mkdtempSync("/tmp/plush-hollow-bench-");
    afterwards(() => rmSync(directory, { recursive: true, force: true }));
    const dataDir = dataIn(directory);
    const program = resolve(import.meta.dirname, "plush-hollow.mjs");
    const profile = profileDirectory === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profileDirectory];
    const fleet = await HollowParts.start(agents, directory, profile);
    const sockets = fleet.sockets.flatMap((socket) => ["--socket", socket]);
    const options = [...serverNodeFlags, ...profile, "--inspect=127.0.0.1:0"];
    const server = await startServer([...options, program, "server", "--data-dir", dataDir, ...sockets]);
    const client = await connect({ kubeconfig: join(dataDir, "admin.kubeconfig") });
    afterwards(() => client.close());
    return new HollowWorld({ directory, fleet, client, server });
  }

  /** Runs the command line; rejects with what it said unless it exits 0. */
  async plush(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, KUBECONFIG: join(dataIn(this.directory), "admin.kubeconfig") };
    const { code, stdout, stderr } = await runProgram(plushProgram, args, { env });
    if (code !== 0) throw new Error(`plush ${args.join(" ")}: exit ${code}\n${stderr}`);
    return stdout;
  }

  cpu(): number {
    return cpuMilliseconds(this.pid);
  }

  async rest(): Promise<Rest> {
    await sleep(settleMs);
    const before = this.cpu();
    await sleep(restSeconds * 1000);
    const cpuPercent = (this.cpu() - before) / restSeconds / 10;
    const heapBytes = await collectGarbage(this.#server.log());
    return { cpuPercent, heapBytes, residentBytes: residentBytes(this.pid) };
  }

  ready(application: string): readonly Claim[] {
    const isReady = ({ metadata, status }: Claim): boolean =>
      status?.state === "Ready" && metadata.labels?.["plush.dev/application"] === application;
    return this.claims.list().filter(isReady);
  }

  /** Deletes an application, and waits until nothing of it is left. */
  async remove(application: string): Promise<void> {
    await this.client.applications.delete(application, { namespace: "default" });
    const isOf = ({ metadata }: Claim | Process): boolean => metadata.labels?.["plush.dev/application"] === application;
    await this.until(() => ![...this.claims.list(), ...this.processes.list()].some(isOf), `${application} is gone`);
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    await eventually(
      async () => {
        if (!condition()) throw new Error(`not yet: ${what}`);
      },
      600_000,
      // To count ten thousand takes longer than to count ten.
      Math.max(20, agents / 40),
    );
  }

  async mark(): Promise<Mark> {
    this.#fleetCpu();
    return { counts: await this.#counts(), cpu: this.cpu(), at: performance.now() };
  }

  /** What the server's metrics of this name, or with this beginning, come to. */
  async sum(...names: readonly string[]): Promise<readonly number[]> {
    const text = await this.client.request("/metrics").then((answer) => answer.text());
    const lines = text.split("\n");
    return names.map((name) =>
      lines.filter((line) => line.startsWith(name)).reduce((total, line) => total + Number(line.split(" ").at(-1)), 0),
    );
  }

  async timed(work: string, start: Mark, { series, bar, seconds, each, rate }: TimedStep): Promise<Figure> {
    const took = (performance.now() - start.at) / 1000;
    const [cpu, fleet] = [this.cpu() - start.cpu, this.#fleetCpu()];
    const counts = await this.#counts();
    const shares = (Object.keys(counts) as (keyof Counts)[]).map(
      (name) => `${((counts[name] - start.counts[name]) / each).toFixed(1)} ${name}`,
    );
    const reconciles = (counts.reconciles - start.counts.reconciles) / took;
    const parts = [
      `${(each / took).toFixed(0)} of them a second, ${reconciles.toFixed(0)} reconciles a second`,
      `${(cpu / 1000).toFixed(1)} s of it the server's CPU`,
      `for each ${(cpu / each).toFixed(1)} ms, ${shares.join(", ")}`,
      `agents and client ${fleet.toFixed(1)} s`,
    ];
    return {
      ...{ work, reference: "", measured: `${took.toFixed(1)} s (${parts.join("; ")})`, bar, met: took <= seconds },
      points: [
        { series, unit: "s", value: took },
        ...(rate === undefined ? [] : [{ series: rate, unit: "/s" as const, value: reconciles }]),
      ],
    };
  }

  async #counts(): Promise<Counts> {
    const [commits = 0, reconciles = 0, documents = 0] = await this.sum(
      "plush_store_commit_seconds_count",
      "plush_reconcile_total",
      'plush_document_pushes_total{result="accepted"}',
    );
    return { commits, reconciles, documents };
  }

  /** Seconds that agents and this program have used since this was asked last. */
  #fleetCpu(): number {
    const { user, system } = process.cpuUsage();
    const used = (user + system) / 1e6 + this.fleet.cpuMilliseconds / 1000;
    const since = used - this.#fleetCpuBefore;
    this.#fleetCpuBefore = used;
    return since;
  }
}

/** With its inspector open, which says so on stderr. */
async function startServer(argv: readonly string[]): Promise<HollowServer> {
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
  afterwards(() => endChild(child));
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk;
    if (!/Debugger|inspector/.test(chunk.toString())) process.stderr.write(chunk);
  });
  await once(child.stdout, "data");
  return { pid: child.pid ?? 0, log: () => log };
}

function dataIn(directory: string): string {
  return join(directory, "data");
}
