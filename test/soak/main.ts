import { setTimeout as sleep } from "node:timers/promises";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { killAgents } from "../support/agents.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { seeded } from "../support/seeded.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

// Deployments and failures for SOAK_MINUTES (60), on ten emulated hosts: after each fault the service must be whole again,
// every machine clean, and each member must run exactly once. SOAK_SEED repeats a run's choices.

const minutes = Number(process.env["SOAK_MINUTES"] ?? 60);
const seed = Number(process.env["SOAK_SEED"] ?? Date.now() % 1_000_000);
const members = 6;

const manifest = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: soak}
spec:
  components: [{name: members, replicas: ${members}}]
  recovery: {maxReplacements: 1000}
  phases:
  - {name: prepare, processes: [{name: prepare, command: [sh, -c, "echo >prepared"], restartPolicy: Never}]}
  - {name: serve, after: [prepare], processes: [{name: serve, command: [sleep, "74000"], restartPolicy: Always}]}
`;

type Fault = (bed: Testbed, host: EmulatedHost, random: () => number) => Promise<void>;

const faults: Readonly<Record<string, Fault>> = {
  crash: async (_, host, random) => {
    await host.crash();
    await sleep(random() * 15_000);
    await host.powerOn();
  },
  cut: async (_, host, random) => {
    await host.cut();
    await sleep(random() * 15_000);
    await host.heal();
  },
  agent: (_, host) => killAgents(host),
  server: async (bed, _, random) => {
    await bed.server.kill();
    await sleep(random() * 5000);
    await bed.server.start();
  },
  redeploy: async (bed) => {
    await bed.server.plush("delete", "application", "soak", "--timeout=120s");
    await bed.apply(manifest);
  },
};

async function isWhole(bed: Testbed): Promise<void> {
  await bed.server.plush("wait", "application/soak", "--for=condition=Ready", "--timeout=120s");
  await eventually(async () => {
    for (const resource of await bed.server.list<SeenObject>("resources")) {
      const { state, residue } = resource.status ?? {};
      // Hosts that fail on and on would be in quarantine soon, and none left to replace to.
      if (state === "Quarantined") await bed.server.plush("uncordon", resource.metadata.name);
      if ((state !== "Free" && state !== "Claimed") || (residue?.length ?? 0) > 0)
        throw new Error(`${resource.metadata.name}: ${state}`);
    }
    const listings = await Promise.all(bed.hosts.map((host) => host.list()));
    const running = listings.flatMap(({ processes }) => processes.filter((line) => line === "sleep 74000")).length;
    if (running !== members) throw new Error(`${running} processes run instead of ${members}`);
  }, 120_000);
}

const random = seeded(seed);
const bed = await startTestbed({ hosts: 10 });
try {
  console.log(`soak: ${minutes} minutes, seed ${seed}`);
  await bed.makePool();
  await bed.apply(manifest);
  await isWhole(bed);
  const end = performance.now() + minutes * 60_000;
  for (let round = 1; performance.now() < end; round++) {
    const names = Object.keys(faults);
    const name = names[Math.floor(random() * names.length)] ?? "crash";
    const host = bed.hosts[Math.floor(random() * bed.hosts.length)];
    if (host === undefined) throw new Error("no host");
    const start = performance.now();
    await faults[name]?.(bed, host, random);
    await isWhole(bed);
    console.log(`${round} ${name} ${host.name}: whole after ${Math.round(performance.now() - start)} ms`);
  }
  console.log("soak passed");
} finally {
  await bed.close();
}
