import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import type { Testbed } from "../support/testbed.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";

const rounds = 5;
const marker = "sleep 73000";

const manifest = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: service}
spec:
  components: [{name: members, replicas: 6}]
  recovery: {maxReplacements: 100}
  phases:
  - {name: serve, processes: [{name: serve, command: [sleep, "73000"], restartPolicy: Always}]}
`;

/** Ten hosts, six members: a host crashed or cut, its ordinal ready elsewhere; healed, and nothing of it runs there. */
export async function* benchRecovery(): Figures {
  const bed = await openBed({ hosts: 10 });
  await bed.makePool();
  await bed.apply(manifest);
  await bed.server.plush("wait", "application/service", "--for=condition=Ready", "--timeout=60s");
  const crash: number[] = [];
  const cut: number[] = [];
  const heal: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const crashed = await hostOf(bed, round % 6);
    crash.push(await timeReplacement(bed, round % 6, () => crashed.crash()));
    await crashed.powerOn();
    await allClean(bed);
    const lost = await hostOf(bed, (round + 3) % 6);
    cut.push(await timeReplacement(bed, (round + 3) % 6, () => lost.cut()));
    heal.push(await timeSweep(lost));
    await allClean(bed);
  }
  yield* [
    figure("host crashed → ready elsewhere", crash, 5000),
    figure("host cut off → ready elsewhere", cut, 5000),
    figure("cut host healed → nothing of it runs there", heal, 8000),
  ];
}

function figure(work: string, times: readonly number[], barMs: number): Figure {
  return { work, reference: "", measured: spread(times), bar: `≤ ${barMs / 1000} s`, met: median(times) <= barMs };
}

async function hostOf(bed: Testbed, ordinal: number): Promise<EmulatedHost> {
  const claim = await bed.server.get<SeenObject>("claim", `service-members-${ordinal}`);
  const resource = await bed.server.get<{ spec: { address: string } }>("resource", claim.spec.resourceName ?? "");
  return bed.host(resource.spec.address);
}

async function timeReplacement(bed: Testbed, ordinal: number, fail: () => Promise<void>): Promise<number> {
  const before = await bed.server.get<SeenObject>("claim", `service-members-${ordinal}`);
  const start = performance.now();
  // A crash takes the kernel a second or two to clear away; the connections are gone at once.
  const failing = fail();
  await eventually(
    async () => {
      const claim = await bed.server.get<SeenObject>("claim", `service-members-${ordinal}`);
      if (claim.spec.epoch === before.spec.epoch || claim.status?.state !== "Ready")
        throw new Error("not ready elsewhere");
    },
    60_000,
    20,
  );
  const took = performance.now() - start;
  await failing;
  return took;
}

async function timeSweep(host: EmulatedHost): Promise<number> {
  const start = performance.now();
  await host.heal();
  await eventually(
    async () => {
      if ((await host.list()).processes.includes(marker)) throw new Error("still runs");
    },
    60_000,
    20,
  );
  return performance.now() - start;
}

async function allClean(bed: Testbed): Promise<void> {
  await eventually(async () => {
    for (const resource of await bed.server.list<SeenObject>("resources")) {
      const { state, residue } = resource.status ?? {};
      // Hosts that fail every few seconds would be in quarantine soon, and none left to replace to.
      if (state === "Quarantined") await bed.server.plush("uncordon", resource.metadata.name);
      if ((state !== "Free" && state !== "Claimed") || (residue?.length ?? 0) > 0)
        throw new Error(`${resource.metadata.name}: ${state}`);
    }
  }, 60_000);
}
