import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { onceApplication, startsByOrdinal } from "../support/once-application.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

describe.skipIf(!emulationIsPossible())("the data directory is replaced while hosts run (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 5 });
    await bed.makePool();
  });
  afterAll(() => bed?.close());

  async function startsPerOrdinal(): Promise<number[]> {
    return [...(await startsByOrdinal(bed.hosts)).values()].map((lines) => lines.length);
  }

  async function running(): Promise<number> {
    const listings = await Promise.all(bed.hosts.map((host) => host.list()));
    return listings.flatMap((listing) => listing.processes).filter((line) => line === "sleep 100000").length;
  }

  it("by an older copy: nothing stops, and what the copy does not know is listed as orphans", async () => {
    await bed.apply(onceApplication("known", 2));
    await bed.server.plush("wait", "application/known", "--for=condition=Ready", "--timeout=60s");
    await bed.server.stop();
    const data = bed.server.dataDirectory;
    const copy = `${data}.copy`;
    cpSync(data, copy, { recursive: true });
    await bed.server.start();

    await bed.apply(onceApplication("unknown", 3));
    await bed.server.plush("wait", "application/unknown", "--for=condition=Ready", "--timeout=60s");
    expect(await running()).toBe(5);

    await bed.server.kill();
    renameSync(data, `${data}.lost`);
    renameSync(copy, data);
    await bed.server.start();
    await eventually(async () => {
      const orphans = (await bed.server.list<SeenObject>("resources")).flatMap(
        (resource) => resource.status?.orphans ?? [],
      );
      expect(orphans.map((orphan) => orphan.name).sort()).toEqual([
        "unknown-members-0",
        "unknown-members-1",
        "unknown-members-2",
      ]);
    }, 60_000);
    await sleep(3000);
    expect(await running()).toBe(5);
    expect(await bed.server.plush("orphans", "list")).toContain("unknown-members-0");
    rmSync(data, { recursive: true });
    renameSync(`${data}.lost`, data);
  });

  it("by an empty one: nothing stops; with a restored backup the work is the server's again", async () => {
    await bed.server.kill();
    await bed.server.start();
    await bed.server.plush("wait", "application/unknown", "--for=condition=Ready", "--timeout=60s");
    const backup = join(bed.home, "backup.plush");
    await bed.server.plush("backup", backup);

    await bed.server.kill();
    const data = bed.server.dataDirectory;
    renameSync(data, `${data}.lost`);
    await bed.server.start();
    await sleep(5000);
    expect(await running()).toBe(5);
    await bed.server.stop();
    rmSync(data, { recursive: true });

    const restored = await bed.server.run(["restore", backup, "--data-dir", data]);
    expect(restored.code, restored.stderr).toBe(0);
    await bed.server.start();
    await bed.server.plush(
      "wait",
      "application/known",
      "application/unknown",
      "--for=condition=Ready",
      "--timeout=60s",
    );
    expect(await running()).toBe(5);
    expect(await startsPerOrdinal()).toEqual([2, 2, 1]);

    await bed.server.plush("delete", "application", "known", "unknown", "--timeout=60s");
    expect(await running()).toBe(0);
    rmSync(`${data}.lost`, { recursive: true, force: true });
  });
});
