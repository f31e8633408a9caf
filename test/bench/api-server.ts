import { afterwards } from "./afterwards.ts";
import { BenchServer } from "./api/bench-server.ts";
import { benchCreates } from "./api/creates.ts";
import { benchInformers } from "./api/informers.ts";
import { benchLists } from "./api/lists.ts";
import { benchManyObjects } from "./api/many-objects.ts";
import { benchWatchers } from "./api/watchers.ts";
import type { Figures } from "./measure.ts";

const some = 10_000;
const many = 100_000;

/** The API server by itself: writes against etcd, then lists, informers, watchers, and a store with many objects. */
export async function* benchApi(): Figures {
  yield* withServer(benchCreates);
  yield* withServer(benchReads);
}

async function* benchReads(server: BenchServer): Figures {
  await server.fill(0, some);
  await server.stop();
  await server.start();
  yield* await benchLists(server, some);
  yield* await benchInformers(server, some);
  yield* await benchWatchers(server);
  await server.fill(some, many);
  yield* await benchManyObjects(server, many);
}

async function* withServer(bench: (server: BenchServer) => Figures): Figures {
  const server = new BenchServer();
  const remove = afterwards(() => server.remove());
  await server.start();
  yield* bench(server);
  await remove();
}
