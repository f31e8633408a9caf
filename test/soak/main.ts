import { Chaos } from "../chaos/chaos.ts";
import { seeded } from "../support/seeded.ts";
import { startTestbed } from "../support/testbed.ts";
import { soakPacketLoss } from "./packet-loss.ts";

// Faults that overlap, for SOAK_MINUTES (10), on twenty emulated hosts; SOAK_SEED repeats a run's choices. Then LOSS_MINUTES
// (30) in which LOSS_PERCENT (5) of all packets are lost, and nobody may be taken for dead.

const minutes = Number(process.env["SOAK_MINUTES"] ?? 10);
const seed = Number(process.env["SOAK_SEED"] ?? Date.now() % 1_000_000);

if (minutes > 0) await soakChaos();
await soakPacketLoss({
  hosts: 20,
  minutes: Number(process.env["LOSS_MINUTES"] ?? 30),
  percent: Number(process.env["LOSS_PERCENT"] ?? 5),
  log: console.log,
});
console.log("soak passed");

async function soakChaos(): Promise<void> {
  const bed = await startTestbed({ hosts: 20 });
  try {
    console.log(`soak: ${minutes} minutes, seed ${seed}`);
    await bed.makePool();
    await new Chaos({ bed, random: seeded(seed), seconds: minutes * 60, log: console.log }).run();
  } finally {
    await bed.close();
  }
}
