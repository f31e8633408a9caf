import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "ssh2";
import { agentPids } from "../support/agents.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";
import { type Figure, median, spread } from "./measure.ts";
import { cpuMilliseconds, residentBytes } from "./process-usage.ts";

const hosts = Number(process.env["BENCH_HOSTS"] ?? 100);
const restSeconds = 30;

/** A hundred hosts: bootstrapped against bare SSH, at rest, and one command on all of them. */
export async function benchFleet(): Promise<Figure[]> {
  const bed = await startTestbed({ hosts });
  try {
    const bare = [await timeBareSsh(bed), await timeBareSsh(bed), await timeBareSsh(bed)];
    const bootstrap = [];
    for (let round = 0; round < 3; round++) bootstrap.push(await timeBootstrap(bed, round < 2));
    const run = await timeRun(bed);
    return [bootstrapFigure(bare, bootstrap), run, ...(await restFigures(bed))];
  } finally {
    await bed.close();
  }
}

/** The reference: a connection to every host from one Node process, and `true` on each. */
async function timeBareSsh(bed: Testbed): Promise<number> {
  const privateKey = readFileSync(bed.identity);
  const start = performance.now();
  const waiting = [...bed.hosts];
  const one = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift())
      await runTrue(host.address, privateKey);
  };
  await Promise.all(Array.from({ length: 16 }, one));
  return performance.now() - start;
}

function runTrue(host: string, privateKey: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on("error", reject);
    client.on("ready", () => {
      client.setNoDelay(true);
      client.exec("true", (error, stream) => {
        if (error) return reject(error);
        stream.resume();
        stream.on("close", () => {
          client.end();
          resolve();
        });
      });
    });
    client.connect({
      host,
      username: "root",
      privateKey,
      hostVerifier: () => true,
      algorithms: { kex: ["curve25519-sha256"], cipher: ["aes128-gcm@openssh.com"] },
    });
  });
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

function bootstrapFigure(bare: readonly number[], bootstrap: readonly number[]): Figure {
  const ratio = median(bootstrap) / median(bare);
  return {
    work: `${hosts} agents bootstrapped`,
    reference: `ssh2 and \`true\`: ${spread(bare)}`,
    measured: `${spread(bootstrap)} (${ratio.toFixed(2)} ×)`,
    bar: "≤ 1.9 ×",
    met: ratio <= 1.9,
  };
}

async function timeRun(bed: Testbed): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    const answer = await bed.server.plush("run", "pool/lab", "-o", "groups", "--", "true");
    times.push(performance.now() - start);
    if (!answer.includes(`${hosts} hosts`)) throw new Error(`plush run: ${answer}`);
  }
  return {
    work: `plush run -- true on ${hosts} hosts`,
    reference: "",
    measured: spread(times),
    bar: "≤ 400 ms",
    met: median(times) <= 400,
  };
}

async function restFigures(bed: Testbed): Promise<Figure[]> {
  await eventually(async () => {
    const resources = await bed.server.list<SeenObject>("resources");
    if (resources.some((resource) => resource.status?.state !== "Free")) throw new Error("not all are Free");
  }, 60_000);
  await sleep(60_000);
  const before = cpuMilliseconds(bed.server.pid);
  await sleep(restSeconds * 1000);
  const percent = (cpuMilliseconds(bed.server.pid) - before) / (restSeconds * 10);
  const memory = residentBytes(bed.server.pid) / 1e6;
  const agents = await agentMegabytes(bed);
  return [
    {
      work: `${hosts} hosts at rest, server's CPU`,
      reference: "",
      measured: `${percent.toFixed(1)}% of a core`,
      bar: "≤ 4%",
      met: percent <= 4,
    },
    {
      work: `${hosts} hosts at rest, server's memory`,
      reference: "",
      measured: `${memory.toFixed(0)} MB`,
      bar: "≤ 200 MB",
      met: memory <= 200,
    },
    {
      work: "agent's memory at rest",
      reference: "",
      measured: `${median(agents).toFixed(0)} MB (max ${Math.max(...agents).toFixed(0)})`,
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
