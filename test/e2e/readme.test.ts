import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendSignal } from "../../pkg/signal/index.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { runProgram } from "../support/plush-server.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const root = resolve(import.meta.dirname, "../..");

/** The shell blocks of a section of README.md, as they stand. */
function shellBlocks(section: string): readonly string[] {
  const readme = readFileSync(resolve(root, "README.md"), "utf8");
  const text = readme.split(/^## /m).find((part) => part.startsWith(section)) ?? "";
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
}

// README's commands, as they stand, with the addresses replaced by those of ten emulated hosts.
describe.skipIf(!emulationIsPossible())("README: your own machines (emulated hosts)", () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 10, withoutServer: true });
  });
  afterAll(async () => {
    const pid = await shell("cat server.pid 2>/dev/null || true");
    if (pid.trim() !== "") sendSignal(Number(pid), "SIGTERM");
    await bed?.close();
  });

  const environment = (): NodeJS.ProcessEnv => ({
    PATH: `${root}/bin:${process.env["PATH"]}`,
    HOME: bed.home,
    NO_COLOR: "1",
  });

  /** Runs a block in the checkout, as its reader does; a failing command fails the block. */
  async function shell(block: string): Promise<string> {
    const script = block
      .replaceAll("10.0.0.[1-10]", bed.hosts.map((host) => host.address).join(","))
      .replaceAll("server.log 2>&1 &", `${bed.home}/server.log 2>&1 &\necho $! >${bed.home}/server.pid`)
      .replaceAll("cat server.pid", `cat ${bed.home}/server.pid`);
    const { code, stdout, stderr } = await runProgram("bash", ["-euc", script], { env: environment(), cwd: root });
    if (code !== 0) {
      const log = await runProgram("tail", ["-n", "40", `${bed.home}/server.log`]);
      throw new Error(`exit ${code}\n${script}\n${stdout}\n${stderr}\n${log.stdout}`);
    }
    return stdout;
  }

  it("from the server's first start through a replaced machine to as it was before", async () => {
    const [start, pool, deploy, story, remove] = shellBlocks("Your own machines");
    if (!start || !pool || !deploy || !story || !remove) throw new Error("README lacks a block");
    await shell(start);
    const machines = await shell(pool);
    expect(machines.match(/Free/g)?.length).toBeGreaterThanOrEqual(10);
    const deployed = await shell(deploy);
    // Not in a terminal: a line for each machine.
    expect(deployed.match(/^\S+: Linux /gm)).toHaveLength(10);
    expect(deployed).toMatch(/serves \d+ words/);

    const claim = JSON.parse(await shell("plush get claim wordcount-workers-1 -o json")) as SeenObject;
    const resource = JSON.parse(await shell(`plush get resource ${claim.spec.resourceName} -o json`)) as {
      spec: { address: string };
    };
    await bed.host(resource.spec.address).powerOff();
    await eventually(async () => {
      const now = JSON.parse(await shell("plush get claim wordcount-workers-1 -o json")) as SeenObject;
      expect(now.spec.resourceName).not.toBe(claim.spec.resourceName);
      expect(now.status?.state).toBe("Ready");
    }, 60_000);
    const told = await shell(story);
    expect(told).toContain("Replaced");
    expect(told).toContain(claim.spec.resourceName);
    expect(told).toContain("wordcount-workers-1");

    await bed.host(resource.spec.address).powerOn();
    await shell(remove);
    const left = await Promise.all(bed.hosts.map((host) => host.list()));
    expect(left.flatMap((listing) => listing.processes).filter((line) => line.includes("plush"))).toEqual([]);
  });
});
