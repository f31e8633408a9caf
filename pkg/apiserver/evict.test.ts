import { expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../test/support/test-api.ts";
import { annotations, type Claim, kinds, mustDecode } from "../api/index.ts";

const apiVersion = "plush.dev/v1";
const place = (name: string) => ({ namespace: "default", name });

/** A component's members, ready, on cordoned machines of a pool with one machine more. */
async function members(count: number): Promise<TestApi> {
  const api = await openTestApi();
  const { controller } = api;
  const spec = { name: "web", replicas: count };
  const component = await controller.create(
    kinds.Component,
    mustDecode(kinds.Component, { apiVersion, kind: "Component", metadata: place("web"), spec }),
  );
  const owner = { apiVersion, kind: "Component", name: "web", uid: component.metadata.uid, controller: true };
  const provider = { static: { hosts: [{ address: "10.0.0.1" }] } };
  await controller.create(
    kinds.ResourcePool,
    mustDecode(kinds.ResourcePool, { apiVersion, kind: "ResourcePool", metadata: { name: "lab" }, spec: { provider } }),
  );
  for (let ordinal = 0; ordinal <= count; ordinal++) {
    const machine = `m${ordinal}`;
    const unschedulable = ordinal < count;
    const { metadata } = await controller.create(
      kinds.Resource,
      mustDecode(kinds.Resource, {
        ...{ apiVersion, kind: "Resource", metadata: { name: machine } },
        spec: { address: machine, poolName: "lab" },
      }),
    );
    if (!unschedulable) continue;
    const name = `web-${ordinal}`;
    await controller.create(
      kinds.Claim,
      mustDecode(kinds.Claim, {
        ...{ apiVersion, kind: "Claim", metadata: { ...place(name), ownerReferences: [owner] } },
        spec: { component: "web", componentName: "web", ordinal },
      }),
    );
    const binding = { resourceName: machine, resourceUid: metadata.uid, epoch: 1 };
    await controller.post(kinds.Claim, place(name), "binding", binding);
    const body = { status: { state: "Ready", epoch: 1 } };
    await controller.patch(kinds.Claim, place(name), { type: "merge", body }, { subresource: "status" });
    const cordon = { spec: { unschedulable } };
    await controller.patch(kinds.Resource, { namespace: "", name: machine }, { type: "merge", body: cordon });
  }
  return api;
}

const evict = ({ user }: TestApi, name: string, deleteOptions = {}): Promise<unknown> =>
  user.post(kinds.Claim, place(name), "eviction", { apiVersion: "policy/v1", kind: "Eviction", deleteOptions });

const asked = async ({ user }: TestApi): Promise<string[]> => {
  const { items } = await user.list(kinds.Claim);
  return items
    .filter((it: Claim) => it.metadata.annotations?.[annotations.evict] === "1")
    .map((it) => it.metadata.name ?? "");
};

test("of members asked to go at once only as many go as may be missing", async () => {
  const api = await members(3);
  const outcomes = await Promise.allSettled(["web-0", "web-1", "web-2"].map((name) => evict(api, name)));
  const refused = { status: "rejected", reason: expect.objectContaining({ reason: "TooManyRequests" }) };
  expect(outcomes).toMatchObject([{ status: "fulfilled" }, refused, refused]);
  expect(await asked(api)).toEqual(["web-0"]);
  // Who is on the way may be asked again.
  await evict(api, "web-0");
});

test("a dry run asks nobody; a precondition on another object is a conflict", async () => {
  const api = await members(1);
  await evict(api, "web-0", { dryRun: ["All"] });
  await expect(evict(api, "web-0", { dryRun: ["Some"] })).rejects.toMatchObject({ reason: "Invalid" });
  await expect(evict(api, "web-0", { preconditions: { uid: "x" } })).rejects.toMatchObject({ reason: "Conflict" });
  expect(await asked(api)).toEqual([]);
  await evict(api, "web-0");
  expect(await asked(api)).toEqual(["web-0"]);
});

test("nobody goes where no other machine of the pool takes them", async () => {
  const api = await members(1);
  await api.user.patch(kinds.Resource, place("m1"), { type: "merge", body: { spec: { unschedulable: true } } });
  await expect(evict(api, "web-0")).rejects.toThrow("Cannot evict pod as no other machine takes web-0: 0/1 machines");
});
