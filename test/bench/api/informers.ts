import { kinds } from "../../../pkg/api/index.ts";
import { systemClock } from "../../../pkg/clock/index.ts";
import { Informer } from "../../../pkg/informer/index.ts";
import { silentLogger } from "../../../pkg/log/index.ts";
import { type Figure, median, spread } from "../measure.ts";
import type { BenchServer } from "./bench-server.ts";

const rounds = 5;

/** A new client and a new informer each time: TLS, list, parse, cache. */
export async function benchInformers(server: BenchServer, objects: number): Promise<Figure[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const api = server.client();
    const informer = new Informer({
      api,
      kind: kinds.ConfigMap,
      clock: systemClock,
      random: Math.random,
      log: silentLogger,
      selection: { namespace: "default" },
    });
    const startedAt = performance.now();
    informer.start();
    await informer.synced;
    times.push(performance.now() - startedAt);
    const found = informer.cache.list().length;
    await informer.stop();
    api.close();
    if (found < objects) throw new Error(`the informer has ${found} of ${objects} objects`);
  }
  const work = `informer over ${objects} ConfigMaps, over HTTPS: start to synced`;
  return [{ work, reference: "", measured: spread(times), bar: "≤ 500 ms", met: median(times) <= 500 }];
}
