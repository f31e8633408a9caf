import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { useLocalPool } from "../support/local-pool.ts";

interface BarrierObject {
  readonly status?: {
    readonly state?: string;
    readonly round?: number;
    readonly progress?: string;
    readonly release?: { readonly round: number; readonly rule: string; readonly entered: number };
  };
}

describe("barriers that processes enter from inside", () => {
  const { server } = useLocalPool("bar", 4);

  const barrier = (name: string): Promise<BarrierObject> => server.get<BarrierObject>("barrier", name);

  it("B-BAR-18: the example goes through its rounds with both clients", async () => {
    const example = resolve(import.meta.dirname, "../../manifests/examples/barrier");
    await server.plush("apply", "-f", example, "--wait", "--timeout=60s");
    const { status } = await barrier("rounds-step");
    expect(status).toMatchObject({
      state: "Released",
      round: 3,
      progress: "4/4",
      release: { rule: "all", entered: 4 },
    });
    const events = await server.plush("events", "--for", "barrier/rounds-step");
    for (const round of [1, 2, 3]) expect(events).toContain(`round ${round}: 4 of 4 entered`);
    await server.plush("delete", "-f", example, "--timeout=60s");
  });

  it("B-BAR-19: a killed server forgets nobody who waits, and lets nobody go twice", async () => {
    const wait = "plush-agent barrier enter gate >out && cat out && exec sleep 1000";
    await server.apply(`
apiVersion: plush.dev/v1
kind: Barrier
metadata: {name: gate}
spec: {expected: 3}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: two}
spec:
  components: [{name: members, replicas: 2}]
  phases:
  - {name: run, processes: [{name: run, command: [sh, -c, "${wait}"], restartPolicy: Always}]}
`);
    await expect.poll(async () => (await barrier("gate")).status?.progress, { timeout: 30_000 }).toBe("2/3");
    await server.kill();
    await server.start();
    expect((await barrier("gate")).status).toMatchObject({ state: "Open", progress: "2/3" });
    await server.plush(
      "patch",
      "application/two",
      "--type=merge",
      "-p",
      '{"spec":{"components":[{"name":"members","replicas":3}]}}',
    );
    await expect.poll(async () => (await barrier("gate")).status?.state, { timeout: 30_000 }).toBe("Released");
    const ranks = async (): Promise<readonly string[]> => {
      const text = await server.plush("logs", "application/two");
      return [...text.matchAll(/"round":1,"rank":(\d)/g)].map(([, rank = ""]) => rank).sort();
    };
    await expect.poll(ranks, { timeout: 30_000 }).toEqual(["1", "2", "3"]);
    await server.plush("delete", "application/two", "barrier/gate", "--timeout=60s");
  });
});
