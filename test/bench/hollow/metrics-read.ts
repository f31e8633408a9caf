import type { Client } from "../../../pkg/sdk/node.ts";
import { type Figure, median, spread } from "../measure.ts";
import { cpuMilliseconds } from "../process-usage.ts";

const rounds = 20;
const maxMs = 30;
const maxBytes = 2_000_000;

/** What Prometheus does every few seconds: reads all metrics of the server, over its API. */
export async function metricsFigure(client: Client, serverPid: number, world: string): Promise<Figure> {
  const times: number[] = [];
  let bytes = 0;
  let cpuBefore = 0;
  // The first of all has code to compile.
  for (let round = 0; round <= rounds; round++) {
    if (round === 1) cpuBefore = cpuMilliseconds(serverPid);
    const startedAt = performance.now();
    bytes = (await client.request("/metrics").then((answer) => answer.text())).length;
    if (round > 0) times.push(performance.now() - startedAt);
  }
  const ms = median(times);
  const cpu = (cpuMilliseconds(serverPid) - cpuBefore) / rounds;
  return {
    work: `/metrics read, ${world}`,
    reference: "",
    measured: `${spread(times)}, ${cpu.toFixed(1)} ms of the server's CPU; ${(bytes / 1000).toFixed(0)} KB`,
    bar: `≤ ${maxMs} ms, ≤ 2 MB`,
    met: ms <= maxMs && bytes <= maxBytes,
    points: [{ series: "/metrics", unit: "s", value: ms / 1000 }],
  };
}
