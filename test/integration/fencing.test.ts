import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { useLocalPool } from "../support/local-pool.ts";
import type { SeenObject } from "../support/objects.ts";

const { home, server } = useLocalPool("fencing", 3);

/** Long enough that whoever waited for it would fail the test. */
const leaseDuration = "5m";

/** Tells when it runs, 20 times a second, and does not heed SIGTERM before its work is done. */
function holder(name: string): string {
  return `trap "ending=1" TERM; n=0
while [ $n -lt 30 ]; do
  read up rest </proc/uptime; echo "$PLUSH_EPOCH $up" >>${join(home, name)}
  [ -z "$ending" ] || n=$((n + 1)); sleep 0.05
done
echo "$PLUSH_EPOCH" >>${join(home, `${name}-done`)}`;
}

function manifest(name: string, fencing = `{leaseDuration: ${leaseDuration}}`): string {
  return `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components:
  - {name: one, fencing: ${fencing}}
  phases:
  - name: serve
    processes:
    - {name: hold, command: [sh, -c, ${JSON.stringify(holder(name))}], restartPolicy: Always}
`;
}

async function start(name: string): Promise<SeenObject> {
  await server.apply(manifest(name));
  await server.plush("wait", `application/${name}`, "--for=condition=Ready", "--timeout=60s");
  return claimOf(name);
}

function claimOf(name: string): Promise<SeenObject> {
  return server.get<SeenObject>("claim", `${name}-one-0`);
}

/** The pid of a process, once it runs under an epoch. */
async function runningAt(name: string, epoch: number, withinMs: number): Promise<void> {
  await eventually(async () => {
    const claim = await claimOf(name);
    expect([claim.spec.epoch, claim.status?.state]).toEqual([epoch, "Ready"]);
    expect(stamps(name, epoch).length).toBeGreaterThan(0);
  }, withinMs);
}

/** Instants of uptime at which a holder wrote, in milliseconds. */
function stamps(name: string, epoch: number): number[] {
  const path = join(home, name);
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  return lines.flatMap((line) => (line.startsWith(`${epoch} `) ? [Number(line.split(" ")[1]) * 1000] : []));
}

function agentPid(resource: string): number {
  return Number(readFileSync(join(server.dataDirectory, "local", "local", resource, "run", "agent.pid"), "utf8"));
}

describe("fencing", () => {
  test("B-FEN-15: a machine that its provider can stop is stopped, and nobody waits for leases there", async () => {
    const name = "forced";
    const { spec } = await start(name);
    const resource = spec.resourceName ?? "";
    process.kill(agentPid(resource), "SIGSTOP");
    await runningAt(name, 2, 60_000);
    const [last = 0, first = 0] = [stamps(name, 1).at(-1), stamps(name, 2)[0]];
    expect(first).toBeGreaterThan(last);
    expect(await server.plush("events")).toMatch(/MachineFenced/);
    await server.plush("delete", "application", name, "--timeout=60s");
  });

  test("B-FEN-16: moved in good order it begins when the other has stopped, and waits for no lease", async () => {
    const name = "moved";
    const { spec } = await start(name);
    await eventually(async () => expect(stamps(name, 1).length).toBeGreaterThan(0), 20_000);
    await server.plush("drain", spec.resourceName ?? "", "--timeout=60s");
    await runningAt(name, 2, 60_000);
    const [last = 0, first = 0] = [stamps(name, 1).at(-1), stamps(name, 2)[0]];
    // It had the time to come to its end.
    expect(readFileSync(join(home, `${name}-done`), "utf8")).toBe("1\n");
    expect(first).toBeGreaterThan(last);
    await server.plush("uncordon", spec.resourceName ?? "");
    await server.plush("delete", "application", name, "--timeout=60s");
  });

  test("B-FEN-17: a lease is between 3s and 5m long", async () => {
    for (const bad of ["1s", "6m", "soon"]) {
      const { code, stderr } = await server.run(["apply", "-f", "-"], {
        input: manifest("bad", `{leaseDuration: ${bad}}`),
      });
      expect(code, bad).not.toBe(0);
      expect(stderr, bad).toMatch(/fencing\.leaseDuration/);
    }
  });
});
