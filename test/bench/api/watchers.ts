import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConfigMap, kinds } from "../../../pkg/api/index.ts";
import { eventually } from "../../support/eventually.ts";
import { afterwards } from "../afterwards.ts";
import { endChild } from "../end-child.ts";
import { type Figure, quantile, spread } from "../measure.ts";
import { type BenchServer, configMap } from "./bench-server.ts";
import { nowMs, type Sightings, type WatchOrder } from "./watch-clients.ts";

const watchers = 1000;
const changes = 30;
/** Long enough for one change to be with everybody before the next. */
const pauseMs = 200;
/** The first ones find code that was not compiled and buffers that were not made, at both ends. */
const warmUps = 5;

/** From before the request of a change to the reading of its line, for each of 1,000 connections of another process. */
export async function benchWatchers(server: BenchServer): Promise<Figure[]> {
  const api = server.client();
  const { metadata } = await api.list(kinds.ConfigMap, { namespace: "default", limit: 1 });
  const order: WatchOrder = { ...server.connection, watchers, resourceVersion: metadata.resourceVersion };
  const clients = fork(process.argv[1] ?? "", ["watch-clients"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const end = afterwards(() => endChild(clients));
  try {
    clients.send(order);
    await once(clients, "message", { signal: AbortSignal.timeout(120_000) });
    const sentAt: number[] = [];
    for (let change = 0; change < warmUps + changes; change++) {
      sentAt.push(nowMs());
      await api.update<ConfigMap>(kinds.ConfigMap, configMap(0, change));
      await sleep(pauseMs);
    }
    const seen = await sightings(clients);
    const times = [...seen.entries()]
      .slice(warmUps)
      .flatMap(([change, at]) => at.map((ms) => ms - (sentAt[change] ?? 0)));
    if (times.length !== watchers * changes)
      throw new Error(`${times.length} lines came instead of ${watchers * changes}`);
    const p99 = quantile(times, 0.99);
    return [
      {
        work: `a change reaches ${watchers} watchers, each with a TLS connection of its own`,
        reference: "",
        measured: `${spread(times)}, p99 ${p99.toFixed(0)} ms`,
        bar: "p99 ≤ 50 ms",
        met: p99 <= 50,
      },
    ];
  } finally {
    api.close();
    await end();
  }
}

/** Asks until everybody has seen everything. */
function sightings(clients: ReturnType<typeof fork>): Promise<Sightings> {
  return eventually(async () => {
    clients.send("report");
    const [seen] = (await once(clients, "message")) as [Sightings];
    if (seen.length < warmUps + changes || seen.some((at) => at.length < watchers)) throw new Error("not all was seen");
    return seen;
  }, 30_000);
}
