import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Claim, Phase, Process, Resource } from "../../pkg/api/index.ts";
import { type Client, connect, type ResourceInformer } from "../../pkg/sdk/node.ts";
import { serverNodeFlags } from "../../pkg/server/node-flags.ts";
import { eventually } from "../support/eventually.ts";
import { plushProgram, runProgram } from "../support/plush-server.ts";
import { broadcastFigure } from "./broadcast.ts";
import { HollowParts, pingedAgents } from "./hollow-parts.ts";
import { type Figure, quantile, spread } from "./measure.ts";
import { metricsFigure } from "./metrics-read.ts";
import { cpuMilliseconds, residentBytes } from "./process-usage.ts";
import { Tally } from "./tally.ts";

const agents = Number(process.env["BENCH_AGENTS"] ?? 1000);
const members = Number(process.env["BENCH_MEMBERS"] ?? Math.floor(agents * 0.9));
/** Of each member of a second application, which has one on each machine. */
const processesEach = Number(process.env["BENCH_PROCESSES"] ?? 10);
/** So few at once that they are no mass loss. */
const cutAtOnce = Math.max(2, Math.floor(agents / 100));
const cuts = 5;
const restSeconds = 20;
/** The pool is a tree of this fan-out; 0: a star. */
const fanOut = Number(process.env["BENCH_TREE"] ?? 0);
/** One machine that plays so many is late with everything: what is measured is not how soon one is missed. */
const calmDetection = { beat: "3s", missed: 10, probe: "5s" };
/** Some of the steps alone, by name, as "connect,apply"; where to put a profile of the server's processor time. */
const chosenSteps = process.env["BENCH_STEPS"]?.split(",");
const profileDirectory = process.env["BENCH_PROFILE"];

/** A thousand agents that are hollow: what the server's side of them costs, and how soon it sees what becomes of them. */
export async function benchHollow(): Promise<Figure[]> {
  const world = await HollowWorld.start();
  try {
    const figures: Figure[] = [];
    const steps = {
      connect: async () => [await world.timeConnect()],
      ...(fanOut > 0 && { grow: async () => [await world.timeGrow()] }),
      rest: () => world.restFigures(),
      broadcast: async () => [await world.broadcast()],
      apply: async () => [await world.timeApply()],
      barrier: async () => [await world.timeBarrier()],
      cut: () => world.cutFigures(),
      crowd: async () => [await world.timeCrowd()],
      metrics: async () => [await world.timeMetrics()],
      get: async () => [await world.timeGet()],
      storm: async () => [await world.timeStorm()],
    };
    for (const [name, step] of Object.entries(steps)) {
      if (chosenSteps !== undefined && !chosenSteps.includes(name)) continue;
      const found = await step();
      figures.push(...found);
      // It takes minutes, and is of little worth on a machine that does much else.
      for (const { work, measured } of found) console.error(`${work}: ${measured} (load ${loadOfMachine()})`);
    }
    return figures;
  } finally {
    await world.close();
  }
}

function loadOfMachine(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function kubeconfigIn(directory: string): string {
  return join(directory, "data", "admin.kubeconfig");
}

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
}

class HollowWorld {
  readonly #directory: string;
  readonly #fleet: HollowParts;
  readonly #server: ChildProcess;
  readonly #client: Client;
  readonly #resources: ResourceInformer<Resource>;
  readonly #claims: ResourceInformer<Claim>;
  readonly #processes: ResourceInformer<Process>;
  readonly #phases: ResourceInformer<Phase>;
  readonly #kubeconfig: string;
  #fleetCpuBefore = 0;
  #bytesBefore = 0;

  private constructor(directory: string, fleet: HollowParts, server: ChildProcess, client: Client) {
    this.#directory = directory;
    this.#kubeconfig = kubeconfigIn(directory);
    this.#fleet = fleet;
    this.#server = server;
    this.#client = client;
    this.#resources = client.resources.informer();
    this.#claims = client.claims.informer();
    this.#processes = client.processes.informer();
    this.#phases = client.phases.informer();
  }

  static async start(): Promise<HollowWorld> {
    const directory = mkdtempSync("/tmp/plush-hollow-bench-");
    const dataDir = join(directory, "data");
    const program = resolve(import.meta.dirname, "plush-hollow.mjs");
    const profile = profileDirectory === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profileDirectory];
    const fleet = await HollowParts.start(agents, directory, profile);
    const sockets = fleet.sockets.flatMap((socket) => ["--socket", socket]);
    const server = spawn(
      process.execPath,
      [...serverNodeFlags, ...profile, program, "server", "--data-dir", dataDir, ...sockets],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    await once(server.stdout ?? server, "data");
    const client = await connect({ kubeconfig: kubeconfigIn(directory) });
    return new HollowWorld(directory, fleet, server, client);
  }

  async close(): Promise<void> {
    await this.#client.close();
    this.#server.kill("SIGTERM");
    await once(this.#server, "exit");
    await this.#fleet.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async timeConnect(): Promise<Figure> {
    this.#bytesBefore = residentBytes(this.#pid);
    const start = await this.#mark();
    await this.#client.resourcePools.create({
      metadata: { name: "hollow" },
      spec: {
        provider: { static: { hosts: [{ address: `hollow-[1-${agents}]` }] } },
        ...(fanOut > 0 && { tree: { fanOut } }),
        ...(agents > pingedAgents && { detection: calmDetection }),
      },
    });
    await this.#until(() => this.#countResources("Free") === agents, `${agents} agents connected`);
    return this.#timed(`${agents} agents: pool applied → all are Free`, start, {
      series: "connect",
      bar: "≤ 10 s for 1,000",
      seconds: 10,
      each: agents,
    });
  }

  broadcast(): Promise<Figure> {
    return broadcastFigure(this.#client, this.#pid, agents);
  }

  /** Until all but the roots are reached through a parent: each was reached by the server itself at first. */
  async timeGrow(): Promise<Figure> {
    const start = await this.#mark();
    const below = (): number =>
      this.#resources.list().filter(({ status }) => status?.tree?.parent !== undefined).length;
    await this.#until(() => below() >= agents - fanOut, `${agents - fanOut} agents reached through parents`);
    return this.#timed(`tree of fan-out ${fanOut} stands, after the last was Free`, start, {
      series: "tree",
      bar: "≤ 30 s",
      seconds: 30,
      each: agents,
    });
  }

  async restFigures(): Promise<Figure[]> {
    await sleep(5000);
    const before = this.#cpu();
    await sleep(restSeconds * 1000);
    const milliseconds = this.#cpu() - before;
    const each = milliseconds / restSeconds / agents;
    const bytes = residentBytes(this.#pid);
    const kilobytes = (bytes - this.#bytesBefore) / 1024 / agents;
    const work = `${agents} agents at rest, server's`;
    return [
      {
        work: `${work} CPU`,
        reference: "",
        measured: `${(milliseconds / restSeconds / 10).toFixed(1)}% of a core: ${each.toFixed(3)} ms/s for each`,
        bar: fanOut > 0 ? "≤ 0.05 ms/s for each" : "",
        met: fanOut === 0 || each <= 0.05,
      },
      {
        work: `${work} memory`,
        reference: "",
        measured: `${(bytes / 1e6).toFixed(0)} MB: ${kilobytes.toFixed(0)} KB for each`,
        bar: fanOut > 0 ? "≤ 50 KB for each" : "",
        met: fanOut === 0 || kilobytes <= 50,
      },
    ];
  }

  async timeApply(): Promise<Figure> {
    const start = await this.#mark();
    await this.#client.applications.create({
      metadata: { name: "service", namespace: "default" },
      spec: {
        components: [{ name: "members", replicas: members }],
        recovery: { maxReplacements: 10_000 },
        phases: [{ name: "serve", processes: [{ name: "serve", command: ["hollow"], restartPolicy: "Always" }] }],
      },
    });
    await this.#until(() => this.#ready().length === members, `${members} members ready`);
    return this.#timed(`application of ${members} members: applied → all Ready`, start, {
      series: "apply → Ready",
      bar: "≤ 15 s for 900",
      seconds: 15,
      each: members,
    });
  }

  /** A member on each machine; from when a watcher sees the last one enter a phase's barrier until it sees the release. */
  async timeBarrier(): Promise<Figure> {
    const application = "meeting";
    const isEntered = ({ spec, status }: Process): boolean =>
      spec.applicationName === application && spec.phase === "meet" && status?.state === "Ready";
    let [enteredAt, releasedAt] = [0, 0];
    const stopProcesses = this.#processes.on({
      update: (process) => {
        if (isEntered(process)) enteredAt = performance.now();
      },
    });
    const stopPhases = this.#phases.on({
      update: ({ spec, status }) => {
        const isReleased =
          spec.applicationName === application && spec.phase === "meet" && status?.state === "Released";
        if (isReleased && releasedAt === 0) releasedAt = performance.now();
      },
    });
    const processes = [{ name: "go", command: ["hollow"], restartPolicy: "Always" as const }];
    await this.#client.applications.create({
      metadata: { name: application, namespace: "default" },
      spec: { components: [{ name: "members", replicas: agents }], phases: [{ name: "meet", processes }] },
    });
    await this.#until(() => releasedAt > 0, `the barrier of ${agents} members is released`);
    stopProcesses();
    stopPhases();
    await this.#client.applications.delete(application, { namespace: "default" });
    await this.#until(
      () => !this.#processes.list().some(({ spec }) => spec.applicationName === application),
      "it is gone",
    );
    const ms = Math.max(0, releasedAt - enteredAt);
    return {
      ...{ work: `barrier of a phase, ${agents} members: last entry → release, as a watcher sees them`, reference: "" },
      ...{
        measured: `${ms.toFixed(0)} ms`,
        bar: "≤ 250 ms for 1,000",
        met: ms <= 250,
        point: { series: "barrier", ms },
      },
    };
  }

  /** Ten processes more on each machine: made, placed and ready. */
  async timeCrowd(): Promise<Figure> {
    const count = agents * processesEach;
    const processes = Array.from({ length: processesEach }, (_, index) => ({
      name: `crowd-${index}`,
      command: ["hollow"],
      restartPolicy: "Always" as const,
    }));
    const start = await this.#mark();
    await this.#client.applications.create({
      metadata: { name: "crowd", namespace: "default" },
      spec: { components: [{ name: "members", replicas: agents }], phases: [{ name: "serve", processes }] },
    });
    const isReady = ({ spec, status }: Process): boolean =>
      spec.applicationName === "crowd" && status?.state === "Ready";
    const ready = new Tally(this.#processes, isReady);
    await this.#until(() => ready.count === count, `${count} processes ready`);
    ready.stop();
    return this.#timed(`${count} processes: applied → all Ready`, start, {
      series: `${processesEach} processes each → Ready`,
      bar: "≤ 15 s",
      seconds: 15,
      each: count,
    });
  }

  timeMetrics(): Promise<Figure> {
    return metricsFigure(this.#client, this.#pid, `${agents} machines, ${this.#processes.list().length} processes`);
  }

  async timeGet(): Promise<Figure> {
    const env = { ...process.env, KUBECONFIG: this.#kubeconfig };
    const times: number[] = [];
    let lines = 0;
    for (let round = 0; round < 5; round++) {
      const startedAt = performance.now();
      const { code, stdout, stderr } = await runProgram(plushProgram, ["get", "processes"], { env });
      if (code !== 0) throw new Error(stderr);
      lines = stdout.trimEnd().split("\n").length - 1;
      times.push(performance.now() - startedAt);
    }
    const ms = quantile(times, 0.5);
    return {
      ...{ work: `plush get processes, ${lines} of them`, reference: "", measured: spread(times) },
      ...{ bar: "≤ 1 s", met: ms <= 1000, point: { series: "get processes", ms } },
    };
  }

  /** All processes stop being ready at one instant; until a watcher has been told of each. */
  async timeStorm(): Promise<Figure> {
    const isReady = ({ status }: Process): boolean => status?.state === "Ready";
    const ready = new Tally(this.#processes, isReady);
    const { count } = ready;
    const start = await this.#mark();
    this.#fleet.inflict("unwell", ...this.#resources.list().map(({ metadata }) => metadata.name ?? ""));
    await this.#until(() => ready.count === 0, `${count} processes seen not ready`);
    ready.stop();
    return this.#timed(`${count} processes change at once → all seen by a watcher`, start, {
      series: "storm",
      bar: "≤ 2 s for 10,000",
      seconds: 2,
      each: count,
    });
  }

  /** Machines are cut off in silence; how soon the API says so of each, and how soon its member is Ready elsewhere. */
  async cutFigures(): Promise<Figure[]> {
    const declared: number[] = [];
    const replaced: number[] = [];
    for (let round = 0; round < cuts; round++) {
      const lost = this.#ready()
        .slice(0, cutAtOnce)
        .map(({ spec }) => spec.resourceName ?? "");
      const startedAt = performance.now();
      const seen = new Map<string, number>();
      const stop = this.#onResource(({ metadata, status }) => {
        const { name = "" } = metadata;
        const isLost = status?.state === "Unreachable" || status?.state === "Failed";
        if (lost.includes(name) && isLost && !seen.has(name)) seen.set(name, performance.now() - startedAt);
      });
      this.#fleet.inflict("silent", ...lost);
      await this.#until(() => seen.size === lost.length, "all cut machines are declared lost");
      stop();
      declared.push(...seen.values());
      await this.#until(
        () => this.#ready().filter(({ spec }) => !lost.includes(spec.resourceName ?? "")).length === members,
        "all members are Ready elsewhere",
      );
      replaced.push(performance.now() - startedAt);
      this.#fleet.inflict("heal", ...lost);
      await sleep(3000);
    }
    const p99 = quantile(declared, 0.99);
    return [
      {
        work: `${cutAtOnce} of ${agents} cut off in silence → declared lost, ${cuts} times; p99 ${(p99 / 1000).toFixed(1)} s`,
        reference: "",
        measured: spread(declared),
        bar: "p99 ≤ 4 s",
        met: p99 <= 4000,
      },
      {
        work: `the same → all ${members} Ready elsewhere`,
        reference: "",
        measured: spread(replaced),
        bar: "≤ 5 s",
        met: quantile(replaced, 0.5) <= 5000,
      },
    ];
  }

  get #pid(): number {
    return this.#server.pid ?? 0;
  }

  #cpu(): number {
    return cpuMilliseconds(this.#pid);
  }

  #countResources(state: string): number {
    return this.#resources.list().filter(({ status }) => status?.state === state).length;
  }

  #ready(): readonly Claim[] {
    return this.#claims.list().filter(({ status }) => status?.state === "Ready");
  }

  #onResource(update: (resource: Resource) => void): () => void {
    return this.#resources.on({ update });
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    await eventually(
      async () => {
        if (!condition()) throw new Error(`not yet: ${what}`);
      },
      600_000,
      // To count ten thousand takes longer than to count ten.
      Math.max(20, agents / 40),
    );
  }

  async #mark(): Promise<Mark> {
    this.#fleetCpu();
    return { counts: await this.#counts(), cpu: this.#cpu(), at: performance.now() };
  }

  /** What the server has counted since its start: it depends on no load. */
  async #counts(): Promise<Counts> {
    const text = await this.#client.request("/metrics").then((answer) => answer.text());
    const sum = (name: string): number =>
      text
        .split("\n")
        .filter((line) => line.startsWith(name))
        .reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
    return {
      commits: sum("plush_store_commit_seconds_count"),
      reconciles: sum("plush_reconcile_total"),
      documents: sum('plush_document_pushes_total{result="accepted"}'),
    };
  }

  async #timed(work: string, start: Mark, { series, bar, seconds, each }: TimedStep): Promise<Figure> {
    const took = (performance.now() - start.at) / 1000;
    const [cpu, fleet] = [this.#cpu() - start.cpu, this.#fleetCpu()];
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
      point: { series, ms: took * 1000 },
    };
  }

  /** Seconds that agents and this program have used since this was asked last. */
  #fleetCpu(): number {
    const { user, system } = process.cpuUsage();
    const used = (user + system) / 1e6 + this.#fleet.cpuMilliseconds / 1000;
    const since = used - this.#fleetCpuBefore;
    this.#fleetCpuBefore = used;
    return since;
  }
}
