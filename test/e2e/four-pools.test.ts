import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Emulation } from "../../pkg/emulation/index.ts";
import { sendSignal } from "../../pkg/signal/index.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { PlushServer } from "../support/plush-server.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { machinesArePossible, shareImages } from "../support/vm-images.ts";

const examples = resolve(import.meta.dirname, "../../examples/pools");

/** A virtual machine without the processor's help takes a minute of it until its agent is up; the image, the first time, some more. */
const readyWithinMs = 900_000;

// One manifest on four kinds of machines; what differs is the name of the pool.
describe.skipIf(!(emulationIsPossible() && machinesArePossible()))("the same application on four pools", () => {
  const home = mkdtempSync("/tmp/plush-pools-");
  const identity = join(home, ".ssh", "id_ed25519");
  const server = new PlushServer(join(home, "data"), home);
  let hosts: Emulation;

  beforeAll(async () => {
    mkdirSync(join(home, ".ssh"), { mode: 0o700 });
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", identity]);
    hosts = await Emulation.start({
      ...{ name: "pools", hosts: 2, range: { base: "10.92.0.0", prefix: 16 }, hidden: [process.cwd()] },
      authorizedKey: readFileSync(`${identity}.pub`, "utf8").trim(),
    });
    shareImages(join(home, "data", "vm"));
    await server.start();
    cpSync(join(examples, "meet"), join(home, "meet"), { recursive: true });
  });
  afterAll(async () => {
    await server.stop();
    // What a story that failed has left.
    for (const line of machinesOf(server.dataDirectory)) sendSignal(Number(line.trim().split(" ")[0]), "SIGKILL");
    await hosts?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** The example's pool under a name of its own. */
  async function makePool(kind: string): Promise<void> {
    if (kind === "static") {
      const list = hosts.hosts.map(({ address }) => address).join(",");
      await server.plush("create", "pool", kind, "--hosts", list, "--user", "root", "--identity", identity);
      return;
    }
    await server.apply(readFileSync(join(examples, `${kind}.yaml`), "utf8").replace("name: world", `name: ${kind}`));
  }

  // The least that a question and its answer take: nothing, or the way between Paris and Tokyo.
  it.each([
    ["local", 0, 150],
    ["static", 0, 150],
    ["emulated", 215, 400],
    ["vm", 0, 2000],
  ])(
    "B-VM-1: %s: its members meet, in at least %i ms, and nothing is left of it",
    async (kind, leastMs, mostMs) => {
      await makePool(kind);
      const manifest = readFileSync(join(examples, "meet.yaml"), "utf8").replace("pool: world", `pool: ${kind}`);
      writeFileSync(join(home, "meet.yaml"), manifest);
      await server.plush("apply", "-f", join(home, "meet.yaml"));
      await eventually(async () => {
        const phase = await server.get<SeenObject>("phase", "meet-ask");
        expect(phase.status?.state).toBe("Released");
      }, readyWithinMs);
      // What processes printed is fetched once they have ended, a little later than that is known.
      const printed = await eventually(() => server.plush("results", "phase/meet-ask"), 60_000);
      const answers = [...printed.matchAll(/member (\d) in (\d+) ms/g)].map(
        ([, member, ms]) => [member, Number(ms)] as const,
      );
      expect(answers.map(([member]) => member).sort(), printed).toEqual(["0", "1"]);
      for (const [, ms] of answers) {
        expect(ms, printed).toBeGreaterThanOrEqual(leastMs);
        expect(ms, printed).toBeLessThan(mostMs);
      }
      await server.plush("delete", "-f", join(home, "meet.yaml"), "--timeout=120s");
      await server.plush("delete", "pool", kind, "--timeout=120s");
      expect(machinesOf(server.dataDirectory)).toEqual([]);
    },
    1_200_000,
  );
});

/** Processes that run a machine of this server, QEMU or agents: number and arguments. */
function machinesOf(dataDirectory: string): readonly string[] {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(`${dataDirectory}/`) && !line.includes("plush server"));
}
