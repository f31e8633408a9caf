import { BenchServer } from "./api/bench-server.ts";
import { benchCreates } from "./api/creates.ts";
import { benchInformers } from "./api/informers.ts";
import { benchLists } from "./api/lists.ts";
import { benchManyObjects } from "./api/many-objects.ts";
import { benchWatchers } from "./api/watchers.ts";
import type { Figure } from "./measure.ts";

const some = 10_000;
const many = 100_000;

/** The API server by itself: writes against etcd, then lists, informers, watchers, and a store with many objects. */
export async function benchApi(): Promise<Figure[]> {
  return [...(await withServer(benchCreates)), ...(await withServer(benchReads))];
}

async function benchReads(server: BenchServer): Promise<Figure[]> {
  const figures: Figure[] = [];
  await server.fill(0, some);
  await server.stop();
  await server.start();
  figures.push(...(await benchLists(server, some)));
  figures.push(...(await benchInformers(server, some)));
  figures.push(...(await benchWatchers(server)));
  await server.fill(some, many);
  figures.push(...(await benchManyObjects(server, many)));
  return figures;
}

async function withServer(bench: (server: BenchServer) => Promise<Figure[]>): Promise<Figure[]> {
  const server = new BenchServer();
  try {
    await server.start();
    return await bench(server);
  } finally {
    await server.remove();
  }
}
