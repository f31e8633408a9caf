import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SeenObject } from "../support/objects.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const examples = resolve(import.meta.dirname, "../../manifests/examples");

/** Examples with a story of their own; all others serve something on a port named "web". */
const told: ReadonlySet<string> = new Set(["barrier", "collect", "haproxy"]);
const serving = readdirSync(examples).filter((name) => !told.has(name));

describe.skipIf(!emulationIsPossible())("every example is applied for real (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 5 });
    await bed.makePool("ubuntu");
  });
  afterAll(() => bed?.close());

  it.each(serving)("%s comes up, serves, and leaves", async (name) => {
    await bed.server.plush("apply", "-f", join(examples, name), "--wait", "--timeout=60s");
    const processes = await bed.server.list<SeenObject>("processes");
    const web = processes.filter((process) => process.status?.ports?.["web"] !== undefined);
    expect(web.length).toBeGreaterThan(0);
    for (const process of web) {
      const resource = await bed.server.get<{ spec: { address: string } }>(
        "resource",
        process.status?.resourceName ?? "",
      );
      const answer = await fetch(`http://${resource.spec.address}:${process.status?.ports?.["web"]}/`);
      expect(answer.status, process.metadata.name).toBe(200);
    }
    await bed.server.plush("delete", "-f", join(examples, name), "--timeout=60s");
    expect(await bed.server.list("processes")).toEqual([]);
  });

  it("collect: one command on all machines, equal answers together", async () => {
    await bed.server.plush("apply", "-f", join(examples, "collect"));
    await bed.server.plush("wait", "application/collect", "--for=condition=CleanedUp", "--timeout=60s");
    expect(await bed.server.plush("results", "application/collect")).toMatch(/^5 hosts: /);
    await bed.server.plush("delete", "-f", join(examples, "collect"), "--timeout=60s");
  });
});
