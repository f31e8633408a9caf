import { afterwards } from "../afterwards.ts";
import { type Figures, median } from "../measure.ts";
import type { BenchServer } from "./bench-server.ts";
import { Etcd } from "./etcd.ts";
import { startFloor } from "./floor.ts";
import { runWrk, type WrkResult } from "./wrk.ts";

const rounds = 3;
const seconds = 10;
/** Both compile and cache while they begin. */
const warmUpSeconds = 5;

/** Durable creates against etcd's durable puts: wrk with 64 connections, 1 KB each, in turn on the same disk. */
export async function* benchCreates(server: BenchServer): Figures {
  const etcd = new Etcd(server.directory);
  const stopEtcd = afterwards(() => etcd.stop());
  await etcd.start();
  const floor = await startFloor(server.directory);
  const puts: WrkResult[] = [];
  const creates: WrkResult[] = [];
  const floors: WrkResult[] = [];
  for (let round = 0; round <= rounds; round++) {
    const isWarmUp = round === 0;
    const length = isWarmUp ? warmUpSeconds : seconds;
    const put = await putKeys(etcd, `r${round}`, length);
    const create = await createConfigMaps(server, `r${round}`, length);
    const bare = await putKeys(floor, `r${round}`, length);
    if (isWarmUp) continue;
    floors.push(bare);
    puts.push(put);
    creates.push(create);
  }
  await stopEtcd();
  await floor.stop();
  const overTls = await putOverTls(server);
  const [mine, theirs] = [middle(creates), middle(puts)];
  const p99 = median(creates.map(({ p99Ms }) => p99Ms));
  yield* [
    {
      work: "durable creates through HTTPS: authenticated, authorized, validated, with managedFields, audited",
      reference:
        `etcd's puts over HTTP: ${rates(puts)}; over TLS: ${Math.round(overTls.perSecond)}/s; ` +
        `fastify and SQLite alone over HTTP, one transaction a turn: ${rates(floors)}`,
      measured: `${rates(creates)} (${(mine / theirs).toFixed(2)} ×)`,
      bar: "≥ 1 × (HTTP)",
      met: mine >= theirs,
    },
    {
      work: "the same, p99",
      reference: `etcd's ${latencies(puts)}; fastify and SQLite ${latencies(floors)}`,
      measured: latencies(creates),
      bar: "≤ 50 ms",
      met: p99 <= 50,
    },
  ];
}

function putKeys(etcd: { readonly url: string }, run: string, length: number): Promise<WrkResult> {
  return runWrk({ url: `${etcd.url}/v3/kv/put`, script: "put-keys.lua", seconds: length, args: [run] });
}

function createConfigMaps({ connection }: BenchServer, run: string, length: number): Promise<WrkResult> {
  const { server, token } = connection;
  const url = `${server}/api/v1/namespaces/default/configmaps`;
  return runWrk({ url, script: "create-config-maps.lua", seconds: length, args: [run, token] });
}

/** Not what the bar is held against: etcd is started without TLS where nobody asks for it. */
async function putOverTls(server: BenchServer): Promise<WrkResult> {
  const etcd = new Etcd(server.directory);
  const stop = afterwards(() => etcd.stop());
  await etcd.start(server.certificate);
  await putKeys(etcd, "tls-warm", warmUpSeconds);
  const result = await putKeys(etcd, "tls", seconds);
  await stop();
  return result;
}

function middle(results: readonly WrkResult[]): number {
  return median(results.map(({ perSecond }) => perSecond));
}

/** "min / median / max". */
function rates(results: readonly WrkResult[]): string {
  const values = results.map(({ perSecond }) => perSecond);
  return `${[Math.min(...values), median(values), Math.max(...values)].map(Math.round).join(" / ")}/s`;
}

function latencies(results: readonly WrkResult[]): string {
  const values = results.map(({ p99Ms }) => p99Ms);
  return `${[Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(0)).join(" / ")} ms`;
}
