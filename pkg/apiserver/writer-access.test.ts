import { expect, test } from "vitest";
import { openTestApi, type TestApi } from "../../test/support/test-api.ts";
import { type KindInfo, type KubeObject, kinds, type PolicyRule } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";

const group = "rbac.authorization.k8s.io";
const rbac = { apiVersion: `${group}/v1` };
const readMaps: PolicyRule = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] };

/** Bob holds `rules`: everywhere, or in one namespace. */
async function give(test: TestApi, rules: readonly PolicyRule[], namespace?: string): Promise<ApiClient> {
  await put(test.user, kinds.ClusterRole, { metadata: { name: "bobs" }, rules });
  const roleRef = { apiGroup: group, kind: "ClusterRole", name: "bobs" };
  const subjects = [{ kind: "User", name: "bob" }];
  const kind = namespace === undefined ? kinds.ClusterRoleBinding : kinds.RoleBinding;
  await put(test.user, kind, { metadata: { name: "bobs", ...(namespace && { namespace }) }, roleRef, subjects });
  return test.api.localClient({ user: "bob", groups: ["dev"] });
}

function put(client: ApiClient, kind: KindInfo, body: object): Promise<KubeObject> {
  const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
  return client.create(kind, { apiVersion, kind: kind.kind, ...body } as unknown as KubeObject);
}

const role = (name: string, ...rules: PolicyRule[]) => ({ ...rbac, metadata: { name, namespace: "default" }, rules });
const binding = (name: string, kind: string, ref: string) => ({
  ...rbac,
  metadata: { name, namespace: "default" },
  roleRef: { apiGroup: group, kind, name: ref },
  subjects: [{ kind: "User", name: "eve" }],
});

test("who makes a role must hold all that it gives, and is told what he lacks in Kubernetes' words", async () => {
  const api = await openTestApi();
  const bob = await give(api, [readMaps]);
  await put(bob, kinds.Role, role("small", readMaps));
  const large = { ...readMaps, resources: ["configmaps", "secrets"], verbs: ["get", "list", "delete"] };
  await expect(put(bob, kinds.Role, role("large", large))).rejects.toMatchObject({
    reason: "Forbidden",
    message:
      'roles.rbac.authorization.k8s.io "large" is forbidden: user "bob" (groups=["dev"]) is attempting to grant RBAC permissions not currently held:\n' +
      '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete"]}\n' +
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list" "delete"]}',
    details: { name: "large", group, kind: "roles" },
  });
  const key = { namespace: "default", name: "small" };
  const more = { type: "merge", body: { rules: [large] } } as const;
  await expect(bob.patch(kinds.Role, key, more)).rejects.toMatchObject({ reason: "Forbidden" });
  await expect(bob.patch(kinds.Role, key, more, { dryRun: true })).rejects.toMatchObject({ reason: "Forbidden" });
  const finalizers = { type: "merge", body: { metadata: { finalizers: ["a/b"] } } } as const;
  await put(api.user, kinds.Role, role("admins", large));
  await bob.patch(kinds.Role, { ...key, name: "admins" }, finalizers);
});

test("a right in one namespace can be given there, and not everywhere", async () => {
  const api = await openTestApi();
  const bob = await give(api, [readMaps], "default");
  await put(bob, kinds.Role, role("here", readMaps));
  await put(api.user, kinds.Namespace, { metadata: { name: "other" } });
  const elsewhere = { ...role("there", readMaps), metadata: { name: "there", namespace: "other" } };
  await expect(put(bob, kinds.Role, elsewhere)).rejects.toMatchObject({ reason: "Forbidden" });
  const everywhere = { metadata: { name: "all" }, rules: [readMaps] };
  await expect(put(bob, kinds.ClusterRole, everywhere)).rejects.toMatchObject({ reason: "Forbidden" });
});

test("verb escalate lifts that, of the roles that it names", async () => {
  const api = await openTestApi();
  const escalate: PolicyRule = { apiGroups: [group], resources: ["roles"], verbs: ["escalate"], resourceNames: ["a"] };
  const bob = await give(api, [escalate]);
  await put(api.user, kinds.Role, role("a"));
  await put(api.user, kinds.Role, role("b"));
  const more = { type: "merge", body: { rules: [readMaps] } } as const;
  await bob.patch(kinds.Role, { namespace: "default", name: "a" }, more);
  await expect(bob.patch(kinds.Role, { namespace: "default", name: "b" }, more)).rejects.toMatchObject({
    reason: "Forbidden",
  });
});

test("who binds a role must hold it, or may bind it by name", async () => {
  const api = await openTestApi();
  const bind: PolicyRule = {
    apiGroups: [group],
    resources: ["clusterroles"],
    verbs: ["bind"],
    resourceNames: ["edit"],
  };
  const bob = await give(api, [bind, readMaps]);
  await put(bob, kinds.RoleBinding, binding("own", "ClusterRole", "bobs"));
  await put(bob, kinds.RoleBinding, binding("named", "ClusterRole", "edit"));
  await expect(put(bob, kinds.RoleBinding, binding("more", "ClusterRole", "view"))).rejects.toMatchObject({
    reason: "Forbidden",
    message: expect.stringContaining("permissions not currently held:\n{APIGroups:"),
  });
  await expect(put(bob, kinds.RoleBinding, binding("none", "Role", "gone"))).rejects.toMatchObject({
    reason: "NotFound",
    message: 'role.rbac.authorization.k8s.io "gone" not found',
  });
  const own = { namespace: "default", name: "own" };
  const robots = { type: "merge", body: { subjects: [{ kind: "ServiceAccount", name: "robot" }] } } as const;
  await bob.patch(kinds.RoleBinding, own, robots);
  const other = { type: "merge", body: { roleRef: { name: "edit" } } } as const;
  await expect(bob.patch(kinds.RoleBinding, own, other)).rejects.toMatchObject({
    reason: "Invalid",
    message: expect.stringContaining("cannot change roleRef"),
  });
});

test("who collects other roles must hold everything", async () => {
  const api = await openTestApi();
  const bob = await give(api, [{ apiGroups: ["*"], resources: ["*"], verbs: ["create", "get", "list"] }]);
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] };
  await put(bob, kinds.ClusterRole, { metadata: { name: "plain" }, rules: [readMaps] });
  await expect(put(bob, kinds.ClusterRole, { metadata: { name: "all" }, aggregationRule })).rejects.toMatchObject({
    message:
      'clusterroles.rbac.authorization.k8s.io "all" is forbidden: must have cluster-admin privileges to use an aggregationRule',
  });
});

const process = { metadata: { name: "p", namespace: "default" } };
const withSecrets = (...env: (readonly [string, string])[]) => ({
  ...process,
  spec: {
    resourceName: "m",
    command: ["true"],
    restartPolicy: "Never",
    env: env.map(([name, secret]) => ({ name, valueFrom: { secretKeyRef: { name: secret, key: "k" } } })),
  },
});

test("who refers to a Secret must be allowed to read it; what stood there before is not asked", async () => {
  const api = await openTestApi();
  const read: PolicyRule = { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["mine"] };
  const bob = await give(api, [read], "default");
  await put(bob, kinds.Process, withSecrets(["A", "mine"]));
  await expect(
    put(bob, kinds.Process, { ...withSecrets(["A", "theirs"]), metadata: { ...process.metadata, name: "q" } }),
  ).rejects.toMatchObject({
    reason: "Forbidden",
    message:
      'processes.plush.dev "q" is forbidden: spec.env[name=A].valueFrom.secretKeyRef: Forbidden: User "bob" cannot get resource "secrets" in API group "" in the namespace "default", and may not refer to Secret "theirs"',
    details: { causes: [{ field: "spec.env[name=A].valueFrom.secretKeyRef" }] },
  });
  const key = { namespace: "default", name: "p" };
  const change = (body: Readonly<Record<string, unknown>>) => ({ type: "merge", body }) as const;
  await api.user.patch(kinds.Process, key, change(withSecrets(["A", "mine"], ["B", "theirs"])));
  await bob.patch(kinds.Process, key, change({ metadata: { labels: { a: "b" } } }));
  await bob.patch(kinds.Process, key, change(withSecrets(["C", "mine"], ["B", "theirs"])));
  await expect(bob.patch(kinds.Process, key, change(withSecrets(["D", "theirs"])))).rejects.toMatchObject({
    reason: "Forbidden",
  });
  await bob.patch(kinds.Process, key, change(withSecrets()));
});

test("a hook is signed with a Secret that its writer may read", async () => {
  const api = await openTestApi();
  const read: PolicyRule = { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["mine"] };
  const bob = await give(api, [read], "default");
  const hook = (name: string) => ({
    metadata: { name, namespace: "default" },
    spec: { url: "https://hook.test/", secretRef: { name } },
  });
  await put(bob, kinds.Hook, hook("mine"));
  await expect(put(bob, kinds.Hook, hook("theirs"))).rejects.toMatchObject({
    reason: "Forbidden",
    details: { causes: [{ field: "spec.secretRef" }] },
  });
});

test("a pool's key is a Secret of a namespace that its writer may read", async () => {
  const api = await openTestApi();
  const read: PolicyRule = { apiGroups: [""], resources: ["secrets"], verbs: ["get"] };
  const bob = await give(api, [read], "default");
  const pool = (namespace: string) => ({
    metadata: { name: `p-${namespace}` },
    spec: {
      provider: { static: { hosts: [{ address: "10.0.0.1" }] } },
      ssh: { user: "u", identity: { secretRef: { namespace, name: "key" } } },
    },
  });
  await put(bob, kinds.ResourcePool, pool("default"));
  await expect(put(bob, kinds.ResourcePool, pool("kept"))).rejects.toMatchObject({
    message: expect.stringContaining(
      'spec.ssh.identity.secretRef: Forbidden: User "bob" cannot get resource "secrets" in API group "" in the namespace "kept"',
    ),
  });
});
