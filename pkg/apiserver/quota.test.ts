import { expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../test/support/test-api.ts";
import { type KindInfo, type KubeObject, kinds, type PolicyRule } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { isReason } from "../status/index.ts";

const namespace = "default";

function put(client: ApiClient, kind: KindInfo, name: string, body: object): Promise<KubeObject> {
  const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
  const metadata = { name, ...(kind.namespaced && { namespace }) };
  return client.create(kind, { apiVersion, kind: kind.kind, metadata, ...body } as unknown as KubeObject);
}

const limit = ({ user }: TestApi, hard: object): Promise<KubeObject> =>
  put(user, kinds.ResourceQuota, "fair", { spec: { hard } });

const claim = { spec: { component: "web", ordinal: 0, epoch: 0, requests: { cpu: "500m" } } };
const application = (priority: number) => ({ spec: { priority, components: [{ name: "web" }] } });

test("B-QUOTA-2: of many that are made at the same time as many are let in as there is room for", async () => {
  const api = await openTestApi();
  await put(api.user, kinds.Claim, "first", claim);
  await limit(api, { "count/claims.plush.dev": "5", "requests.cpu": "10" });
  const made = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => put(api.controller, kinds.Claim, `c${index}`, claim)),
  );
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  expect((await api.user.list(kinds.Claim)).items).toHaveLength(5);
  const [refused] = made.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toMatchObject({ reason: "Forbidden", code: 403, details: { group: "plush.dev", kind: "claims" } });
  expect(refused.message).toMatch(
    /^claims\.plush\.dev "c\d+" is forbidden: exceeded quota: fair, requested: count\/claims\.plush\.dev=1, used: count\/claims\.plush\.dev=5, limited: count\/claims\.plush\.dev=5$/,
  );
  await api.user.delete(kinds.Claim, { namespace, name: "first" });
  await put(api.user, kinds.Claim, "last", claim);
  await expect(put(api.user, kinds.Claim, "more", claim)).rejects.toMatchObject({ reason: "Forbidden" });
  expect(api.api.usageOf(namespace).of("requests.cpu")).toBe(2500);
});

test("B-QUOTA-2: a quota counts what is there when it comes, also what is on its way to the disk", async () => {
  const api = await openTestApi();
  await put(api.user, kinds.ConfigMap, "before", {});
  const onItsWay = Promise.all(
    Array.from({ length: 5 }, (_, index) => put(api.user, kinds.ConfigMap, `m${index}`, {})),
  );
  await limit(api, { "count/configmaps": 4 });
  await onItsWay;
  expect(api.api.usageOf(namespace).of("count/configmaps")).toBe(6);
  await expect(put(api.user, kinds.ConfigMap, "more", {})).rejects.toMatchObject({
    message: expect.stringContaining("used: count/configmaps=6, limited: count/configmaps=4"),
  });
});

test("B-QUOTA-2: what the store refuses is not counted", async () => {
  const api = await openTestApi();
  await limit(api, { "count/configmaps": 2 });
  const made = await Promise.allSettled(Array.from({ length: 6 }, () => put(api.user, kinds.ConfigMap, "same", {})));
  expect(made.filter((one) => one.status === "rejected" && isReason(one.reason, "AlreadyExists"))).toHaveLength(5);
  expect(api.api.usageOf(namespace).of("count/configmaps")).toBe(1);
});

test("B-QUOTA-1: a dry run is refused as the write would be; a limit that nobody keeps is refused itself", async () => {
  const api = await openTestApi();
  await limit(api, { "count/applications.plush.dev": 0 });
  const body = {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name: "app", namespace },
    ...application(0),
  };
  await expect(api.user.create(kinds.Application, body as never, { dryRun: true })).rejects.toMatchObject({
    message: expect.stringContaining("exceeded quota: fair"),
  });
  const patch = {
    type: "merge",
    body: { spec: { hard: { "count/unicorns.plush.dev": "1", "plush.dev/machines": -1 } } },
  } as const;
  await expect(api.user.patch(kinds.ResourceQuota, { namespace, name: "fair" }, patch)).rejects.toMatchObject({
    reason: "Invalid",
    details: {
      causes: [
        { field: "spec.hard[count/unicorns.plush.dev]" },
        { field: "spec.hard[plush.dev/machines]", message: expect.stringContaining("greater than or equal to 0") },
      ],
    },
  });
});

/** Bob may write applications in the namespace, and what `rules` say. */
async function bobOf({ user, api }: TestApi, ...rules: readonly PolicyRule[]): Promise<ApiClient> {
  const write = { apiGroups: ["plush.dev"], resources: ["applications"], verbs: ["create", "patch"] };
  await put(user, kinds.Role, "bobs", { rules: [write, ...rules] });
  await put(user, kinds.RoleBinding, "bobs", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "bobs" },
    subjects: [{ kind: "User", name: "bob" }],
  });
  return api.localClient({ user: "bob", groups: [] });
}

test("B-QUOTA-4: without a quota a priority above 0 needs the right to prioritize; one that stands may be lowered", async () => {
  const api = await openTestApi();
  const bob = await bobOf(api);
  await put(bob, kinds.Application, "plain", application(0));
  await put(bob, kinds.Application, "low", application(-5));
  await expect(put(bob, kinds.Application, "high", application(1))).rejects.toMatchObject({
    reason: "Forbidden",
    message: expect.stringMatching(
      /cannot prioritize resource "applications".*or a ResourceQuota with plush\.dev\/priority/,
    ),
  });
  await put(api.user, kinds.Application, "given", application(9));
  const change = (spec: object) =>
    bob.patch(kinds.Application, { namespace, name: "given" }, { type: "merge", body: { spec } });
  await change({ expires: { after: "1h" } });
  await change({ priority: 3 });
  await expect(change({ priority: 4 })).rejects.toMatchObject({ reason: "Forbidden" });
});

test("B-QUOTA-4: who has the right, and who writes where a quota says how far, may", async () => {
  const api = await openTestApi();
  const prioritize = { apiGroups: ["plush.dev"], resources: ["applications"], verbs: ["prioritize"] };
  const bob = await bobOf(api, prioritize);
  await put(bob, kinds.Application, "high", application(7));
  await limit(api, { "plush.dev/priority": "3" });
  await put(api.api.localClient({ user: "bob", groups: [] }), kinds.Application, "within", application(3));
  for (const client of [bob, api.user])
    await expect(put(client, kinds.Application, "beyond", application(4))).rejects.toMatchObject({
      message: expect.stringContaining(
        "requested: plush.dev/priority=4, used: plush.dev/priority=7, limited: plush.dev/priority=3",
      ),
    });
});
