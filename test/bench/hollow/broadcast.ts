import { setTimeout as sleep } from "node:timers/promises";
import { runRoute } from "../../../pkg/protocol/index.ts";
import type { Client } from "../../../pkg/sdk/node.ts";
import { type Figure, median, spread } from "../measure.ts";
import { cpuMilliseconds } from "../process-usage.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 7);
const restMs = 10_000;

/** One command on every machine, until all answers are there; what each of them costs the server beyond beats. */
export async function broadcastFigure(client: Client, serverPid: number, agents: number): Promise<Figure> {
  // The first one makes what every other finds made.
  await broadcast(client, agents);
  const restBefore = cpuMilliseconds(serverPid);
  await sleep(restMs);
  const restRate = (cpuMilliseconds(serverPid) - restBefore) / restMs;
  const times: number[] = [];
  const before = cpuMilliseconds(serverPid);
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await broadcast(client, agents);
    times.push(performance.now() - startedAt);
  }
  const beats = restRate * times.reduce((sum, time) => sum + time, 0);
  const each = ((cpuMilliseconds(serverPid) - before - beats) * 1000) / (rounds * agents);
  const limit = Math.max(250, agents / 4);
  return {
    work: `a command on ${agents} agents at once → all answers are there`,
    reference: "",
    measured: `${spread(times)}; ${each.toFixed(0)} µs of the server's CPU for each`,
    bar: `≤ ${limit} ms`,
    met: median(times) <= limit,
    points: [{ series: "broadcast and gather", unit: "s", value: median(times) / 1000 }],
  };
}

async function broadcast(client: Client, agents: number): Promise<void> {
  const request = { argv: ["echo", "here"], selector: "", timeoutMs: 60_000 };
  const answer = await client.request(runRoute, { method: "POST", body: request });
  const text = await answer.text();
  const answers = text.match(/"exitCode":0/g)?.length ?? 0;
  if (answers === agents) return;
  const other = text.split("\n").find((line) => line.includes('"reason"')) ?? text.slice(0, 500);
  throw new Error(`${answers} of ${agents} answered; of the others one says ${other}`);
}
