import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

export interface PacketLossOptions {
  readonly hosts: number;
  readonly minutes: number;
  /** Of the packets in each direction, percent. */
  readonly percent: number;
  readonly log: (line: string) => void;
}

const manifest = (members: number): string => `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: service}
spec:
  components: [{name: members, replicas: ${members}}]
  phases:
  - {name: serve, processes: [{name: serve, restartPolicy: Always, command: [sleep, "76500"]}]}
`;

/** A link that loses packets is no failure: nobody may be declared lost, and nothing restarted. Throws with each that was. */
export async function soakPacketLoss(options: PacketLossOptions): Promise<void> {
  const { hosts, minutes, percent, log } = options;
  // Another network than that of the tests, which may run at the same time.
  const bed = await startTestbed({ hosts, name: "loss", range: { base: "10.90.0.0", prefix: 16 } });
  try {
    await bed.makePool();
    await bed.apply(manifest(hosts));
    await bed.server.plush("wait", "application/service", "--for=condition=Ready", "--timeout=120s");
    const before = await processesOf(bed);
    await losePackets(bed, percent);
    log(`${percent}% of all packets of ${hosts} hosts are lost from now on, for ${minutes} minutes`);
    const alarms = await watch(bed, minutes * 60_000);
    await keepPackets(bed);
    log(`${alarms.length} false alarms`);
    await eventually(async () => {
      if ((await processesOf(bed)) !== before) throw new Error("other processes run than before");
    }, 10_000);
    if (alarms.length > 0) throw new Error(`false alarms:\n${alarms.join("\n")}`);
  } finally {
    await bed.close();
  }
}

/** What was said of machines that were told to be anything but well. */
async function watch(bed: Testbed, lastsMs: number): Promise<string[]> {
  const end = performance.now() + lastsMs;
  const alarms = new Set<string>();
  while (performance.now() < end) {
    await sleep(500);
    for (const { metadata, status } of await bed.server.list<SeenObject>("resources")) {
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      if (ready?.status !== "True")
        alarms.add(`${metadata.name}: ${status?.state}, ${ready?.reason}: ${ready?.message}`);
    }
  }
  // Verdicts that lasted for less than a look at them left Events.
  for (const { reason, message } of await bed.server.list<{ reason: string; message: string }>("events"))
    if (reason === "Lost") alarms.add(message);
  return [...alarms];
}

async function losePackets({ hosts }: Testbed, percent: number): Promise<void> {
  for (const host of hosts) {
    await host.exec(["nft", "add", "table", "ip", "loss"]);
    for (const hook of ["input", "output"]) {
      await host.exec(["nft", "add", "chain", "ip", "loss", hook, `{ type filter hook ${hook} priority 0; }`]);
      const lossy = ["numgen", "random", "mod", "100", "<", String(percent), "drop"];
      await host.exec(["nft", "add", "rule", "ip", "loss", hook, ...lossy]);
    }
  }
}

async function keepPackets({ hosts }: Testbed): Promise<void> {
  for (const host of hosts) await host.exec(["nft", "delete", "table", "ip", "loss"]);
}

/** Which process of the service runs where, with its pid. */
async function processesOf({ hosts }: Testbed): Promise<string> {
  const found = await Promise.all(hosts.map((host) => host.exec(["pgrep", "-f", "^sleep 76500$"])));
  return found.map((pids, at) => `${hosts[at]?.name} ${pids.trim()}`).join("\n");
}
