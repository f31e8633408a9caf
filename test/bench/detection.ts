import { setTimeout as sleep } from "node:timers/promises";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { connect, type Resource, type ResourceInformer } from "../../pkg/sdk/node.ts";
import { afterwards } from "./afterwards.ts";
import { type Figure, type Figures, median, quantile, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";

const rounds = 20;

/** Idle hosts, one failure after another: from the failure until the API tells of a verdict. */
export async function* benchDetection(): Figures {
  const bed = await openBed({ hosts: 10 });
  const client = await connect({ kubeconfig: bed.server.kubeconfig });
  afterwards(() => client.close());
  await bed.makePool();
  const resources = client.resources.informer();
  await resources.synced;
  const times = { crash: [] as number[], silent: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const host = bed.hosts[round % bed.hosts.length] as EmulatedHost;
    times.crash.push(await timeVerdict(resources, host, () => host.crash()));
    await host.powerOn();
    await isBack(resources, host);
    times.silent.push(await timeVerdict(resources, host, () => host.cut()));
    await host.heal();
    await isBack(resources, host);
  }
  yield* [
    figure("host crashed → verdict", times.crash, "≤ 1 s", quantile(times.crash, 1) <= 1000),
    figure(
      "host cut off (silence) → verdict",
      times.silent,
      "≤ 2 s median, ≤ 3 s worst",
      median(times.silent) <= 2000 && quantile(times.silent, 1) <= 3000,
    ),
  ];
}

function figure(work: string, times: readonly number[], bar: string, met: boolean): Figure {
  return { work: `${work}, ${times.length} times`, reference: "", measured: spread(times), bar, met };
}

async function timeVerdict(
  resources: ResourceInformer<Resource>,
  host: EmulatedHost,
  fail: () => Promise<void>,
): Promise<number> {
  // At any moment between two beats.
  await sleep(Math.random() * 500);
  const start = performance.now();
  // A crash takes the kernel a second or two to clear away; the connections are gone at once.
  const failing = fail();
  const signal = AbortSignal.timeout(60_000);
  await resources.waitFor(host.address, ({ status }) => (status?.verdict ?? "judging") !== "judging", { signal });
  const took = performance.now() - start;
  await failing;
  return took;
}

async function isBack(resources: ResourceInformer<Resource>, host: EmulatedHost): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  const isConnected = ({ status }: Resource): boolean =>
    status?.verdict === undefined && /Free|Quarantined/.test(status?.state ?? "");
  await resources.waitFor(host.address, isConnected, { signal });
}
