import { expect, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { kinds, type Resource } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";

function claimKey(index: number): { readonly namespace: string; readonly name: string } {
  return { namespace: "default", name: `c-${index}` };
}

async function makeClaim(api: ApiClient, index: number): Promise<void> {
  await api.create(kinds.Claim, {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: claimKey(index),
    // What only a binding may write is not taken from a create.
    spec: { component: `one-${index}`, requests: { cpu: "400m" }, epoch: 5, resourceName: "m9" },
  } as never);
}

async function makeMachine(api: ApiClient, name: string): Promise<Resource> {
  const envelope = { apiVersion: "plush.dev/v1", kind: "Resource", metadata: { name } };
  const made: Resource = await api.create(kinds.Resource, { ...envelope, spec: { address: name } } as never);
  const status = { allocatable: { cpu: "1" } };
  return api.update(kinds.Resource, { ...made, status } as Resource, { subresource: "status" });
}

function bind(api: ApiClient, index: number, machine: Resource, epoch = 1): Promise<unknown> {
  const { name: resourceName, uid: resourceUid } = machine.metadata;
  const body = { apiVersion: "plush.dev/v1", kind: "Binding", resourceName, resourceUid, epoch };
  return api.post(kinds.Claim, claimKey(index), "binding", body);
}

test("of many bindings at once as many succeed as there is room for, and both sides agree", async () => {
  const { controller: api } = await openTestApi();
  const machine = await makeMachine(api, "m1");
  await Promise.all([0, 1, 2, 3, 4].map((index) => makeClaim(api, index)));
  const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => bind(api, index, machine)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  for (const outcome of outcomes)
    if (outcome.status === "rejected")
      expect(outcome.reason).toMatchObject({ reason: "Conflict", message: expect.stringContaining("not enough cpu") });
  const { items } = await api.list(kinds.Claim);
  const bound = items.filter(({ spec }) => spec.resourceName === "m1").map(({ metadata }) => metadata.uid);
  const { status } = await api.get(kinds.Resource, { namespace: "", name: "m1" });
  expect(status?.allocations?.map(({ claimUid }) => claimUid).sort()).toEqual([...bound].sort());
});

test("a move leaves residue behind; releases end it; nobody else writes places or bindings", async () => {
  const { controller: api } = await openTestApi();
  const [first, second] = [await makeMachine(api, "m1"), await makeMachine(api, "m2")];
  await makeClaim(api, 0);
  await bind(api, 0, first);
  const claim = await bind(api, 0, second, 2);
  expect(claim).toMatchObject({ spec: { resourceName: "m2", epoch: 2 } });
  const left = await api.get(kinds.Resource, { namespace: "", name: "m1" });
  expect(left.status).toMatchObject({ allocations: [], residue: [{ claimName: "c-0", epoch: 1 }] });

  // A status made from what was known before the binding does not undo it.
  const now = await api.get(kinds.Resource, { namespace: "", name: "m2" });
  const status = { ...now.status, state: "Free" as const, allocations: [] };
  const written = await api.update(kinds.Resource, { ...now, status } as Resource, { subresource: "status" });
  expect(written.status).toMatchObject({ state: "Free", allocations: [{ claimName: "c-0", epoch: 2 }] });
  const patched = await api.patch(kinds.Claim, claimKey(0), {
    type: "merge",
    body: { spec: { epoch: 9, revision: "r" } },
  });
  expect(patched.spec).toMatchObject({ epoch: 2, revision: "r" });

  await api.post(kinds.Claim, claimKey(0), "release", { defer: true, reason: "Away" });
  const deferred = await api.get(kinds.Resource, { namespace: "", name: "m2" });
  expect(deferred.status).toMatchObject({ allocations: [], residue: [{ epoch: 2, reason: "Away" }] });
  // Again, as after a lost answer: nothing changes.
  await api.post(kinds.Claim, claimKey(0), "release", { defer: false, reason: "" });
  expect(await api.get(kinds.Resource, { namespace: "", name: "m2" })).toBe(deferred);
});

test("B-SPA-6: a spare's place is given to a member of its own component, with the spare's Claim, in one commit", async () => {
  const { controller: api } = await openTestApi();
  const [first, second] = [await makeMachine(api, "m1"), await makeMachine(api, "m2")];
  const make = (name: string, componentName: string, ordinal?: number) =>
    api.create(kinds.Claim, {
      apiVersion: "plush.dev/v1",
      kind: "Claim",
      metadata: { namespace: "default", name, finalizers: ["plush.dev/cleanup"] },
      spec: { component: componentName, componentName, ...(ordinal !== undefined && { ordinal }) },
    } as never);
  const place = (name: string, machine: Resource, more: object = {}): Promise<unknown> => {
    const { name: resourceName, uid: resourceUid } = machine.metadata;
    const body = { resourceName, resourceUid, epoch: 1, ...more };
    return api.post(kinds.Claim, { namespace: "default", name }, "binding", body);
  };
  await make("web-0", "web", 0);
  await make("web-1", "web", 1);
  await make("db-0", "db", 0);
  const { uid } = (await make("web-spare-0", "web")).metadata;
  await place("web-spare-0", first);
  const spare = { name: "web-spare-0", uid };
  // At most one claim of a component on a machine: with the spare it is the spare's place.
  await expect(place("web-0", first)).rejects.toMatchObject({ reason: "Conflict" });
  await expect(place("db-0", first, { spare })).rejects.toThrow("web-spare-0 is no spare of db-0");
  await expect(place("web-0", second, { spare })).rejects.toThrow("spare web-spare-0 is not on m2");
  await expect(place("web-0", first, { spare: { ...spare, uid: "other" } })).rejects.toThrow("is gone");
  const outcomes = await Promise.allSettled(["web-0", "web-1"].map((name) => place(name, first, { spare })));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const { items } = await api.list(kinds.Claim);
  expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(["db-0", "web-0", "web-1"]);
  expect((await api.get(kinds.Resource, { namespace: "", name: "m1" })).status).toMatchObject({
    allocations: [{ componentName: "web", epoch: 1, spareUid: uid }],
    residue: [{ claimUid: uid, claimName: "web-spare-0", reason: "TakenOver" }],
  });
});
