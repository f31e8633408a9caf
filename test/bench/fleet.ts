import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../../pkg/sdk/node.ts";
import { agentPids } from "../support/agents.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import type { Testbed } from "../support/testbed.ts";
import { afterwards } from "./afterwards.ts";
import { collectGarbage } from "./inspector.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";
import { cpuMilliseconds, residentBytes } from "./process-usage.ts";
import { bareShells, keepConnections, otherShells, type RemoteShell } from "./remote-shells.ts";

const hosts = Number(process.env["BENCH_HOSTS"] ?? 100);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
/** Of what takes less than a second. */
const shortRounds = 5;
const restSeconds = 30;
const settleMs = 10_000;
/** So long after its work an agent may take as much as it likes. */
const agentRestMs = 60_000;
const inspectorWords = "Debugger listening on";

/** A hundred hosts: bootstrapped against bare SSH, one command on all of them against what others take, and at rest. */
export async function* benchFleet(): Figures {
  const bed = await openBed({ hosts });
  const idle = await usageAtRest(bed);
  const bare = await timeShells(bareShells(bed), rounds);
  const starts = await timed(rounds, startNodes);
  const bootstrap: number[] = [];
  for (let round = 0; round < rounds; round++) bootstrap.push(await timeBootstrap(bed, round < rounds - 1));
  yield* bootstrapFigures(bare, starts, bootstrap);
  const others = await timeShells(otherShells(bed, false), 1);
  // Nothing of them is to run on the hosts while something else is measured.
  const endKept = await keepConnections(bed);
  const throughKept = await timeShells(otherShells(bed, true), rounds);
  await endKept();
  yield runFigure(await timed(shortRounds, () => runTrue(bed)), others, throughKept);
  yield await echoFigure(bed);
  yield* await restFigures(bed, idle);
}

interface Usage {
  readonly percent: number;
  readonly megabytes: number;
  /** After a forced collection: V8 lets its space for young objects grow with work, and not with what is kept. */
  readonly collected: { readonly megabytes: number; readonly heapMegabytes: number };
}

/** What the server takes while nobody asks it for anything. */
async function usageAtRest({ server }: Testbed): Promise<Usage> {
  await sleep(settleMs);
  const before = cpuMilliseconds(server.pid);
  await sleep(restSeconds * 1000);
  const percent = (cpuMilliseconds(server.pid) - before) / (restSeconds * 10);
  const megabytes = residentBytes(server.pid) / 1e6;
  if (!server.log.includes(inspectorWords)) server.signal("SIGUSR1");
  await eventually(() => {
    if (!server.log.includes(inspectorWords)) throw new Error("the server's inspector does not open");
  }, 10_000);
  const heapMegabytes = (await collectGarbage(server.log)) / 1e6;
  return { percent, megabytes, collected: { megabytes: residentBytes(server.pid) / 1e6, heapMegabytes } };
}

/** Milliseconds of each round. */
async function timed(count: number, task: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < count; round++) {
    const start = performance.now();
    await task();
    times.push(performance.now() - start);
  }
  return times;
}

type Times = ReadonlyMap<string, readonly number[]>;

async function timeShells(shells: readonly RemoteShell[], count: number): Promise<Times> {
  const times = new Map<string, number[]>();
  for (const shell of shells) times.set(shell.name, await timed(count, () => shell.run()));
  return times;
}

function told(times: Times): string {
  return [...times].map(([name, all]) => `${name} ${all.length > 1 ? spread(all) : seconds(median(all))}`).join(", ");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** What a bootstrap cannot do without, on a machine that plays all hosts: Node.js started as often as there are hosts. */
async function startNodes(): Promise<void> {
  const children = Array.from({ length: hosts }, () => spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }));
  await Promise.all(children.map((child) => once(child, "exit")));
}

async function timeBootstrap(bed: Testbed, remove: boolean): Promise<number> {
  const start = performance.now();
  await bed.makePool();
  const took = performance.now() - start;
  if (remove) {
    await bed.server.plush("delete", "pool", "lab", "--timeout=180s");
    await bed.server.plush("delete", "secret", "lab-ssh", "--ignore-not-found");
  }
  return took;
}

function bootstrapFigures(bare: Times, starts: readonly number[], bootstrap: readonly number[]): readonly Figure[] {
  const ssh2 = bare.get("ssh2") ?? [];
  const ratio = median(bootstrap) / median(ssh2);
  const floor = median(bootstrap) / (median(ssh2) + median(starts));
  return [
    {
      work: `SSH to ${hosts} hosts, run \`true\``,
      reference: told(bare),
      measured: "",
      bar: "",
      met: true,
    },
    {
      work: `${hosts} agents bootstrapped`,
      reference: `ssh2 and \`true\`: ${spread(ssh2)}; ${hosts} × \`node -e 0\` at once: ${spread(starts)}`,
      measured: `${spread(bootstrap)} (${ratio.toFixed(2)} ×; ${floor.toFixed(2)} × both together)`,
      bar: "≤ 1.9 ×",
      met: ratio <= 1.9,
    },
  ];
}

async function runTrue(bed: Testbed): Promise<void> {
  const answer = await bed.server.plush("run", "pool/lab", "-o", "groups", "--", "true");
  if (!answer.includes(`${hosts} hosts`)) throw new Error(`plush run: ${answer}`);
}

function runFigure(times: readonly number[], others: Times, throughKept: Times): Figure {
  return {
    work: `one command on ${hosts} hosts, answers gathered: \`plush run -- true\``,
    reference: `${told(others)}; with kept connections ${told(throughKept)}`,
    measured: spread(times),
    bar: "≤ 400 ms",
    met: median(times) <= 400,
  };
}

/** An answer by each agent for which no process is started: what the machine uses, measured since the question before. */
async function echoFigure(bed: Testbed): Promise<Figure> {
  const client = await connect({ kubeconfig: bed.server.kubeconfig });
  const close = afterwards(() => client.close());
  const ask = async (): Promise<void> => {
    const answer = await client.request("/apis/metrics.k8s.io/v1beta1/nodes");
    const { items } = (await answer.json()) as { readonly items: readonly unknown[] };
    if (items.length !== hosts) throw new Error(`${items.length} of ${hosts} machines answered`);
  };
  // The first one has agents measure for a second.
  await ask();
  const times: number[] = [];
  for (let round = 0; round < shortRounds; round++) {
    // Whoever asks sooner is given the answer of before.
    await sleep(2500);
    times.push(...(await timed(1, ask)));
  }
  await close();
  return {
    work: `an answer by ${hosts} agents, no process started (NodeMetrics of all)`,
    reference: "",
    measured: spread(times),
    bar: "≤ 100 ms",
    met: median(times) <= 100,
  };
}

async function restFigures(bed: Testbed, idle: Usage): Promise<readonly Figure[]> {
  await eventually(async () => {
    const resources = await bed.server.list<SeenObject>("resources");
    if (resources.some((resource) => resource.status?.state !== "Free")) throw new Error("not all are Free");
  }, 60_000);
  await sleep(agentRestMs - settleMs);
  const { percent, megabytes, collected } = await usageAtRest(bed);
  const perLink = (more: number): string => `${((more * 1000) / hosts).toFixed(0)} KB`;
  const grown = collected.megabytes - idle.collected.megabytes;
  const used = collected.heapMegabytes - idle.collected.heapMegabytes;
  const agents = await agentMegabytes(bed);
  const work = `${hosts} hosts at rest`;
  return [
    {
      work: `${work}, server's CPU`,
      reference: `without hosts ${idle.percent.toFixed(1)}% of a core`,
      measured: `${percent.toFixed(1)}% of a core (${(((percent - idle.percent) * 10) / hosts).toFixed(2)} ms/s a host)`,
      bar: "≤ 4%",
      met: percent <= 4,
    },
    {
      work: `${work}, server's memory`,
      reference: `without hosts ${idle.megabytes.toFixed(0)} MB, after a forced collection ${idle.collected.megabytes.toFixed(0)} MB`,
      measured:
        `${megabytes.toFixed(0)} MB (${perLink(megabytes - idle.megabytes)} a link); after a forced collection ` +
        `${collected.megabytes.toFixed(0)} MB (${perLink(grown)} a link, ${perLink(used)} of it in use)`,
      bar: "≤ 200 MB, ≤ 200 KB a link",
      met: megabytes <= 200 && grown * 1000 <= 200 * hosts,
    },
    {
      work: `${work}, an agent's memory`,
      reference: "",
      measured: `${median(agents).toFixed(0)} MB (at most ${Math.max(...agents).toFixed(0)})`,
      bar: "≤ 60 MB",
      met: median(agents) <= 60,
    },
  ];
}

async function agentMegabytes(bed: Testbed): Promise<number[]> {
  const found: number[] = [];
  for (const host of bed.hosts) {
    for (const pid of await agentPids(host)) {
      const status = await host.exec(["cat", `/proc/${pid}/status`]);
      const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
      if (kilobytes !== undefined) found.push((Number(kilobytes) * 1024) / 1e6);
    }
  }
  return found;
}
