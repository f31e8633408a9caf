import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacSubject, Role, RoleBinding } from "../../api/index.ts";
import type { RequestAttributes } from "../authorize.ts";
import type { Identity } from "../identity.ts";
import { ruleAllows } from "./policy-rule.ts";
import { makeRbacAuthorizer } from "./rbac-authorizer.ts";
import { RoleIndex } from "./role-index.ts";

const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1` as const;

function clusterRole(name: string, ...rules: PolicyRule[]): ClusterRole {
  return { apiVersion, kind: "ClusterRole", metadata: { name }, rules };
}

function role(namespace: string, name: string, ...rules: PolicyRule[]): Role {
  return { apiVersion, kind: "Role", metadata: { namespace, name }, rules };
}

function everywhere(name: string, roleName: string, ...subjects: RbacSubject[]): ClusterRoleBinding {
  const roleRef = { apiGroup, kind: "ClusterRole", name: roleName };
  return { apiVersion, kind: "ClusterRoleBinding", metadata: { name }, roleRef, subjects };
}

function within(namespace: string, name: string, ref: string, ...subjects: RbacSubject[]): RoleBinding {
  const [kind = "", roleName = ""] = ref.split("/");
  const roleRef = { apiGroup, kind, name: roleName };
  return { apiVersion, kind: "RoleBinding", metadata: { namespace, name }, roleRef, subjects };
}

const user = (name: string): RbacSubject => ({ kind: "User", apiGroup, name });
const inGroup = (name: string): RbacSubject => ({ kind: "Group", apiGroup, name });
const readConfig: PolicyRule = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] };

const bob: Identity = { user: "bob", groups: ["dev", "system:authenticated"] };

/** "get [group/]resource[:subresource] [namespace/]name", or "get /path". */
function asked(text: string): RequestAttributes {
  const [verb = "", what = "", which = ""] = text.split(" ");
  if (what.startsWith("/")) return { kind: "path", verb, path: what };
  const [whole = "", subresource] = what.split(":");
  const [resource = "", group = ""] = whole.split("/").reverse();
  const [name = "", namespace] = which.split("/").reverse();
  return {
    kind: "resource",
    verb,
    group,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== "" && { name }),
  };
}

describe("a rule", () => {
  const plush = (resources: string[], more: Partial<PolicyRule> = {}): PolicyRule => ({
    apiGroups: ["plush.dev"],
    resources,
    verbs: ["get", "create", "list"],
    ...more,
  });
  test.each<[PolicyRule, string, boolean]>([
    [plush(["processes"]), "get plush.dev/processes x", true],
    [plush(["processes"]), "delete plush.dev/processes x", false],
    [plush(["processes"], { verbs: ["*"] }), "delete plush.dev/processes x", true],
    [plush(["processes"]), "get processes x", false],
    [plush(["processes"], { apiGroups: ["*"] }), "get processes x", true],
    [plush(["processes"]), "get plush.dev/processes:log x", false],
    [plush(["processes/log"]), "get plush.dev/processes:log x", true],
    [plush(["processes/log"]), "get plush.dev/processes x", false],
    [plush(["*/scale"]), "get plush.dev/components:scale x", true],
    [plush(["*/scale"]), "get plush.dev/components x", false],
    [plush(["*/scale"]), "get plush.dev/components:status x", false],
    [plush(["*"]), "get plush.dev/components:status x", true],
    [plush(["phases"], { resourceNames: ["a", "b"] }), "get plush.dev/phases b", true],
    [plush(["phases"], { resourceNames: ["a", "b"] }), "get plush.dev/phases c", false],
    [plush(["phases"], { resourceNames: ["a", "b"] }), "create plush.dev/phases", false],
    [plush(["phases"], { resourceNames: ["a", "b"] }), "list plush.dev/phases", false],
    [{ verbs: ["get"], nonResourceURLs: ["/metrics"] }, "get /metrics", true],
    [{ verbs: ["get"], nonResourceURLs: ["/metrics"] }, "get /metrics/x", false],
    [{ verbs: ["get"], nonResourceURLs: ["/api/*"] }, "get /api/v1/x", true],
    [{ verbs: ["get"], nonResourceURLs: ["/api/*"] }, "get /apis", false],
    [{ verbs: ["get"], nonResourceURLs: ["*"] }, "get /", true],
    [{ verbs: ["get"], nonResourceURLs: ["*"] }, "post /", false],
    [{ verbs: ["get"], nonResourceURLs: ["*"] }, "get pods x", false],
    [plush(["*"], { apiGroups: ["*"] }), "get /metrics", false],
  ])("%o, asked %s: %s", (rule, text, expected) => {
    expect(ruleAllows(rule, asked(text))).toBe(expected);
  });
});

describe("roles", () => {
  const index = new RoleIndex();
  for (const object of [
    clusterRole("reader", readConfig),
    role("one", "reader", { ...readConfig, verbs: ["delete"] }),
    clusterRole("paths", { nonResourceURLs: ["/x"], verbs: ["get"] }),
    everywhere("devs", "reader", inGroup("dev")),
    within("one", "bob", "Role/reader", user("bob")),
    within("two", "robots", "ClusterRole/reader", { kind: "ServiceAccount", name: "robot" }),
    within("two", "paths", "ClusterRole/paths", user("bob")),
    within("two", "broken", "Role/gone", user("bob")),
    everywhere("broken", "lost", user("amy")),
  ])
    index.put(object);
  const authorizer = makeRbacAuthorizer(index);
  const robot: Identity = { user: "system:serviceaccount:two:robot", groups: [] };

  test.each<[string, Identity, string, boolean, string]>([
    [
      "group, everywhere",
      bob,
      "get configmaps one/x",
      true,
      'ClusterRoleBinding "devs" of ClusterRole "reader" to Group "dev"',
    ],
    ["cluster-wide", bob, "list configmaps", true, 'ClusterRoleBinding "devs" of ClusterRole "reader" to Group "dev"'],
    ["own role", bob, "delete configmaps one/x", true, 'RoleBinding "bob/one" of Role "reader" to User "bob"'],
    [
      "service account",
      robot,
      "get configmaps two/x",
      true,
      'RoleBinding "robots/two" of ClusterRole "reader" to ServiceAccount "robot/two"',
    ],
  ])("%s", (_name, identity, text, allowed, reason) => {
    expect(authorizer.decide(identity, asked(text))).toEqual({ allowed, reason: `RBAC: allowed by ${reason}` });
  });

  test.each<[string, Identity, string, string]>([
    [
      "a role of another namespace",
      bob,
      "delete configmaps two/x",
      'RBAC: role.rbac.authorization.k8s.io "gone" not found',
    ],
    ["a namespace's role does not reach the cluster", bob, "delete configmaps x", ""],
    ["nor do paths", bob, "get /x", ""],
    ["a service account of another namespace", robot, "get configmaps one/x", ""],
    ["nobody", { user: "eve", groups: [] }, "get configmaps one/x", ""],
    [
      "a role that is not there",
      { user: "amy", groups: [] },
      "get pods",
      'RBAC: clusterrole.rbac.authorization.k8s.io "lost" not found',
    ],
  ])("refused: %s", (_name, identity, text, reason) => {
    expect(authorizer.decide(identity, asked(text))).toEqual({ allowed: false, reason });
  });

  test("members of system:masters need none", () => {
    const admin = { user: "x", groups: ["system:masters"] };
    expect(authorizer.decide(admin, asked("delete nodes x")).allowed).toBe(true);
    expect(authorizer.rulesOf(admin).rules[0]).toMatchObject({ verbs: ["*"] });
  });

  test("all that somebody may is told, with what is missing", () => {
    expect(authorizer.rulesOf(bob, "one")).toEqual({ rules: [readConfig, { ...readConfig, verbs: ["delete"] }] });
    expect(authorizer.rulesOf(bob)).toEqual({ rules: [readConfig] });
    expect(authorizer.rulesOf(bob, "two").error).toBe('role.rbac.authorization.k8s.io "gone" not found');
  });
});

const names = fc.constantFrom("a", "b");
const everything: PolicyRule = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
const rules = fc.constantFrom(everything, readConfig);
const subjects = fc.array(fc.record({ kind: fc.constantFrom("User", "Group"), name: names }), { maxLength: 2 });
const objects = fc.oneof(
  fc.record({ name: names, rule: rules }).map(({ name, rule }) => clusterRole(name, rule)),
  fc.record({ name: names, space: names, rule: rules }).map(({ name, space, rule }) => role(space, name, rule)),
  fc.record({ name: names, ref: names, who: subjects }).map(({ name, ref, who }) => everywhere(name, ref, ...who)),
  fc
    .record({
      name: names,
      space: names,
      ref: fc.constantFrom("Role/a", "ClusterRole/a", "ClusterRole/b"),
      who: subjects,
    })
    .map(({ name, space, ref, who }) => within(space, name, ref, ...who)),
);
const identities: readonly Identity[] = [
  { user: "a", groups: [] },
  { user: "b", groups: ["b"] },
  { user: "c", groups: ["a", "b"] },
];
const asks = ["list configmaps", "list configmaps a/", "list configmaps b/", "delete configmaps a/x"].map(asked);

test("an index that has been changed any way decides as all bindings read one by one", () => {
  const writes = fc.array(fc.record({ object: objects, isRemoved: fc.boolean() }), { minLength: 5, maxLength: 40 });
  fc.assert(
    fc.property(writes, (changes) => {
      const index = new RoleIndex();
      const all = new Map<string, ClusterRole | Role | ClusterRoleBinding | RoleBinding>();
      for (const { object, isRemoved } of changes) {
        const key = `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`;
        if (isRemoved) all.delete(key);
        else all.set(key, object);
        if (isRemoved) index.remove(object);
        else index.put(object);
      }
      const authorizer = makeRbacAuthorizer(index);
      for (const identity of identities)
        for (const request of asks) {
          const namespace = request.kind === "resource" ? request.namespace : undefined;
          const { allowed } = authorizer.decide(identity, request);
          expect(allowed).toBe(allowedByAny([...all.values()], identity, namespace, request));
        }
    }),
  );
});

function allowedByAny(
  all: readonly (ClusterRole | Role | ClusterRoleBinding | RoleBinding)[],
  identity: Identity,
  namespace: string | undefined,
  request: RequestAttributes,
): boolean {
  return all.some((binding) => {
    if (!("roleRef" in binding)) return false;
    const { kind, roleRef, metadata } = binding;
    if (kind === "RoleBinding" && metadata.namespace !== namespace) return false;
    const isMeant = binding.subjects.some((one) =>
      one.kind === "User" ? one.name === identity.user : identity.groups.includes(one.name),
    );
    const given = all.find(
      (one) =>
        one.kind === roleRef.kind &&
        one.metadata.name === roleRef.name &&
        (one.kind === "ClusterRole" || one.metadata.namespace === metadata.namespace),
    );
    return isMeant && given !== undefined && "rules" in given && given.rules.some((rule) => ruleAllows(rule, request));
  });
}
