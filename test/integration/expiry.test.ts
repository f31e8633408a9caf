import { expect, test } from "vitest";
import { type Application, findCondition, type KindInfo, type KubeObject, kinds } from "../../pkg/api/index.ts";
import { startSimulatedServer } from "../support/simulated-server.ts";

const namespace = "default";
const key = { namespace, name: "app" };
/** Two cores may be busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

test("B-FIN-21: an application whose time is up is cleaned up, and comes back only when it is given time and restarted", async () => {
  const { api, fabric } = await startSimulatedServer();
  const create = (kind: KindInfo, spec: object): Promise<KubeObject> =>
    api.create(kind, {
      apiVersion: "plush.dev/v1",
      kind: kind.kind,
      metadata: { name: kind.namespaced ? "app" : "lab", ...(kind.namespaced && { namespace }) },
      spec,
    } as KubeObject);
  const app = (): Promise<Application> => api.get(kinds.Application, key);
  const change = (spec: object): Promise<unknown> =>
    api.patch(kinds.Application, key, { type: "merge", body: { spec } });
  await create(kinds.ResourcePool, { provider: { static: { hosts: [{ name: "m1", address: "m1" }] } } });
  await create(kinds.Application, {
    components: [{ name: "servers" }],
    phases: [
      { name: "setup", processes: [{ name: "prepare", command: ["prepare"], restartPolicy: "Never" }] },
      {
        name: "serve",
        after: ["setup"],
        processes: [{ name: "server", command: ["server"], restartPolicy: "Always" }],
      },
    ],
    expires: { after: "3s", owner: "lab" },
  });
  await eventually(async () => (await app()).status?.state).toBe("Expired");
  await eventually(async () => (await api.list(kinds.Claim)).items.length).toBe(0);
  const cleaned = async (): Promise<string | undefined> =>
    findCondition((await app()).status?.conditions, "CleanedUp")?.reason;
  await eventually(cleaned).toBe("CleanedUp");
  const { message, reason } = findCondition((await app()).status?.conditions, "Expiring") ?? {};
  expect(`${reason} ${message}`).toMatch(/^Expired since .* \(owner: lab\)$/);
  const events = async (): Promise<string[]> => (await api.list(kinds.Event)).items.map((event) => event.reason ?? "");
  await eventually(events).toContain("Expired");
  const before = (await app()).status?.observedGeneration ?? 0;
  await change({ expires: { after: "72h", owner: "lab" } });
  await eventually(async () => (await app()).status?.observedGeneration ?? 0).toBeGreaterThan(before);
  expect((await app()).status?.state).toBe("Expired");
  fabric.runs.length = 0;
  await change({ restartedAt: new Date(Date.now() + 1000).toISOString() });
  await eventually(async () => (await app()).status?.state).toBe("Available");
  // A new run, from the first phase on, and not the catching up of a replacement.
  expect(fabric.runs).toEqual(["app-setup-prepare-servers-0 on m1", "app-serve-server-servers-0 on m1"]);
  await eventually(async () => (await app()).status?.expiredAt).toBeUndefined();
});
