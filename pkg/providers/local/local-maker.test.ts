import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aPool } from "../../../test/support/builders.ts";
import { type MakerBed, testMaker } from "../../../test/support/maker-contract.ts";
import { systemClock } from "../../clock/index.ts";
import { makeLocalProvider } from "./local-provider.ts";
import { processesOf } from "./processes.ts";

/** `deep`: the data directory's path leaves no room for a socket, so that machines go to a short place. */
async function openBed(deep: string): Promise<MakerBed> {
  const root = await mkdtemp(join(tmpdir(), "plush-maker-"));
  const dataDir = join(root, deep);
  const open = () => makeLocalProvider({ clock: systemClock, dataDir, bundlePath: "/none" }).maker;
  return {
    pool: aPool("lab", { spec: { provider: { local: { count: 2 } } } }),
    names: ["lab-1", "lab-2"],
    open,
    async runSomething(name) {
      const child = spawn("sleep", ["600"], { env: { PLUSH_WORK: join(dataDir, "local", "lab", name) } });
      await once(child, "spawn");
      await expect.poll(() => processesOf(join(dataDir, "local", "lab", name))).toHaveLength(1);
    },
    isRunning: async (name) => (await processesOf(join(dataDir, "local", "lab", name))).length > 0,
    close: () => rm(root, { recursive: true, force: true }),
  };
}

if (process.platform === "linux") testMaker("local", () => openBed("data"));

test("machines whose place is elsewhere for its length are found, and leave nothing behind", async () => {
  const bed = await openBed("x".repeat(90));
  const call = { pool: bed.pool, ports: { secret: async () => undefined }, signal: new AbortController().signal };
  await bed.open().create("lab-1", call);
  expect(await bed.open().list(call)).toMatchObject([{ name: "lab-1", state: "Running" }]);
  await bed.open().delete("lab-1", call);
  expect(await bed.open().list(call)).toEqual([]);
  await bed.close();
});

test("a name without a number is nobody's address", async () => {
  const bed = await openBed("data");
  const call = { pool: bed.pool, ports: { secret: async () => undefined }, signal: new AbortController().signal };
  await expect(bed.open().create("lab", call)).rejects.toMatchObject({ reason: "Invalid" });
  await bed.close();
});
