import { expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../test/support/test-api.ts";
import { type KindInfo, type KubeObject, kinds, type MachineLoan, type Resource } from "../api/index.ts";

const lab = { namespace: "", name: "lab" };
const loan = (pool: string, more: Partial<MachineLoan> = {}): MachineLoan => ({
  ...{ pool, since: "2026-01-01T00:00:00Z", until: "2026-01-01T01:00:00Z", term: 1 },
  ...more,
});

async function withMachines(...names: readonly string[]): Promise<TestApi> {
  const api = await openTestApi();
  const put = (kind: KindInfo, name: string, spec: object): Promise<KubeObject> =>
    api.user.create(kind, { apiVersion: "plush.dev/v1", kind: kind.kind, metadata: { name }, spec } as KubeObject);
  await put(kinds.ResourcePool, "lab", { provider: { static: { hosts: names.map((address) => ({ address })) } } });
  for (const name of names) await put(kinds.Resource, name, { address: name, poolName: "lab" });
  return api;
}

const get = ({ user }: TestApi, name: string): Promise<Resource> => user.get(kinds.Resource, { namespace: "", name });

async function change(
  api: TestApi,
  ...changes: readonly (readonly [name: string, known: MachineLoan | undefined, next: MachineLoan | undefined])[]
): Promise<unknown> {
  const found = await Promise.all(changes.map(([name]) => get(api, name)));
  const body = {
    changes: changes.map(([resourceName, known, next], index) => ({
      ...{ resourceName, resourceUid: found[index]?.metadata.uid },
      ...(known && { known }),
      ...(next && { next }),
    })),
  };
  return api.controller.post(kinds.ResourcePool, lab, "loans", body);
}

test("B-LOAN-6: of two that are lent the same machine one is refused, and with it all that it asked for", async () => {
  const api = await withMachines("m1", "m2", "m3");
  const outcomes = await Promise.allSettled([
    change(api, ["m1", undefined, loan("night")], ["m2", undefined, loan("night")]),
    change(api, ["m2", undefined, loan("day")], ["m3", undefined, loan("day")]),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const [refused] = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toMatchObject({
    reason: "Conflict",
    message: expect.stringMatching(/Resource m2 is lent to (night|day) until/),
  });
  const holders = await Promise.all(["m1", "m2", "m3"].map(async (name) => (await get(api, name)).status?.loan?.pool));
  expect([
    ["night", "night", undefined],
    [undefined, "day", "day"],
  ]).toContainEqual(holders);
});

test("B-LOAN-6: a loan is changed by who knows it as it is, and by nobody's older copy of the machine", async () => {
  const api = await withMachines("m1");
  const before = await get(api, "m1");
  await change(api, ["m1", undefined, loan("night")]);
  const second = loan("night", { term: 2, until: "2026-01-01T02:00:00Z" });
  await change(api, ["m1", loan("night"), second]);
  await expect(change(api, ["m1", loan("night"), undefined])).rejects.toMatchObject({
    message: expect.stringContaining("lent to night until 2026-01-01T02:00:00Z, term 2"),
  });
  const { resourceVersion: _version, ...metadata } = before.metadata;
  const stale = { ...before, metadata, status: { ...before.status, loan: loan("day") } };
  await api.controller.update(kinds.Resource, stale, { subresource: "status" });
  expect((await get(api, "m1")).status?.loan).toEqual(second);
  await change(api, ["m1", second, undefined]);
  expect((await get(api, "m1")).status?.loan).toBeUndefined();
});

test("B-LOAN-6: what is cordoned is not lent, and nothing of another pool", async () => {
  const api = await withMachines("m1");
  await api.user.patch(
    kinds.Resource,
    { namespace: "", name: "m1" },
    { type: "merge", body: { spec: { unschedulable: true } } },
  );
  await expect(change(api, ["m1", undefined, loan("night")])).rejects.toMatchObject({
    message: expect.stringContaining("Resource m1 is cordoned"),
  });
  const stray = {
    apiVersion: "plush.dev/v1",
    kind: "Resource",
    metadata: { name: "m2" },
    spec: { address: "m2", poolName: "other" },
  };
  await api.user.create(kinds.Resource, stray as Resource);
  await expect(change(api, ["m2", undefined, loan("night")])).rejects.toMatchObject({ reason: "BadRequest" });
});
