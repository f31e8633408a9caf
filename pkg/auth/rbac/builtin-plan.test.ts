import { describe, expect, test } from "vitest";
import type { ClusterRole, ClusterRoleBinding, RoleBinding } from "../../api/index.ts";
import type { RequestAttributes } from "../authorize.ts";
import { anonymous, type Identity } from "../identity.ts";
import { planBuiltins } from "./builtin-plan.ts";
import { makeRbacAuthorizer } from "./rbac-authorizer.ts";
import { RoleIndex } from "./role-index.ts";

const apiGroup = "rbac.authorization.k8s.io";

/** What a plan for an empty server writes. */
function fresh(): { roles: ClusterRole[]; bindings: ClusterRoleBinding[] } {
  const written = planBuiltins([], []).map(({ object }) => object);
  return {
    roles: written.filter((object) => object.kind === "ClusterRole"),
    bindings: written.filter((object) => object.kind === "ClusterRoleBinding"),
  };
}

describe("built-in roles", () => {
  const index = new RoleIndex();
  const { roles, bindings } = fresh();
  for (const object of [...roles, ...bindings]) index.put(object);
  for (const name of ["view", "edit", "admin"]) {
    const roleRef = { apiGroup, kind: "ClusterRole", name };
    const given = { apiVersion: `${apiGroup}/v1`, roleRef } as const;
    const user = (suffix: string) => [{ apiGroup, kind: "User", name: `${name}-${suffix}` }];
    const here: RoleBinding = {
      ...given,
      kind: "RoleBinding",
      metadata: { namespace: "here", name },
      subjects: user("here"),
    };
    const all: ClusterRoleBinding = { ...given, kind: "ClusterRoleBinding", metadata: { name }, subjects: user("all") };
    index.put(here);
    index.put(all);
  }
  const authorizer = makeRbacAuthorizer(index);
  const people: Readonly<Record<string, Identity>> = {
    nobody: anonymous,
    somebody: { user: "somebody", groups: ["system:authenticated"] },
    root: { user: "root", groups: ["system:masters", "system:authenticated"] },
  };
  const identityOf = (name: string): Identity => people[name] ?? { user: name, groups: ["system:authenticated"] };

  /** "VERB [GROUP/]RESOURCE[/SUBRESOURCE] here|all", or "VERB /path". */
  function may(name: string, text: string): boolean {
    const [verb = "", what = "", where] = text.split(" ");
    const attributes: RequestAttributes = what.startsWith("/")
      ? { kind: "path", verb, path: what }
      : resource(verb, what, where === "here" ? "here" : undefined);
    return authorizer.decide(identityOf(name), attributes).allowed;
  }

  function resource(verb: string, what: string, namespace: string | undefined): RequestAttributes {
    const [whole = "", ...labels] = what.split(".");
    const group = labels.length === 0 ? "plush.dev" : labels.join(".");
    const [name = "", subresource] = whole.split("/");
    return {
      kind: "resource",
      verb,
      group: group === "core" ? "" : group === "rbac" ? apiGroup : group,
      resource: name,
      ...(subresource !== undefined && { subresource }),
      ...(namespace !== undefined && { namespace }),
    };
  }

  const columns = [
    "nobody",
    "somebody",
    "view-here",
    "edit-here",
    "admin-here",
    "view-all",
    "edit-all",
    "admin-all",
    "root",
  ];
  /** Who may what: a letter a column, x for yes. */
  test.each<[string, string]>([
    ["get /healthz", "xxxxxxxxx"],
    ["get /version", "xxxxxxxxx"],
    ["get /apis", ".xxxxxxxx"],
    ["get /openapi/v3", ".xxxxxxxx"],
    ["get /metrics", "........x"],
    ["get /plush/v1/backup", "........x"],
    ["create run all", ".xxxxxxxx"],
    ["get applications here", "..xxxxxxx"],
    ["get applications/status here", "..xxxxxxx"],
    ["get processes/log here", "..xxxxxxx"],
    ["get pods/log.core here", "..xxxxxxx"],
    ["list applications all", ".....xxxx"],
    ["list resources all", ".....xxxx"],
    ["get resourcepools all", ".....xxxx"],
    ["list nodes.core all", ".....xxxx"],
    ["list configmaps.core here", "..xxxxxxx"],
    ["get secrets.core here", "...xx.xxx"],
    ["list roles.rbac here", "....x..xx"],
    ["create applications here", "...xx.xxx"],
    ["update components/scale here", "...xx.xxx"],
    ["update applications/status here", "........x"],
    ["create claims/binding here", "........x"],
    ["create processes/exec here", "...xx.xxx"],
    ["create pods/exec.core here", "...xx.xxx"],
    ["create pods/portforward.core here", "...xx.xxx"],
    ["create pods/eviction.core here", "...xx.xxx"],
    ["update blobs here", "...xx.xxx"],
    ["create serviceaccounts/token.core here", "...xx.xxx"],
    ["create leases.coordination.k8s.io here", "...xx.xxx"],
    ["create rolebindings.rbac here", "....x..xx"],
    ["create clusterroles.rbac all", "........x"],
    ["create resourcepools all", "........x"],
    ["patch resources all", "........x"],
    ["patch nodes.core all", "........x"],
    ["create resources/exec all", "........x"],
    ["create tokens all", "........x"],
    ["list tokens all", "........x"],
    ["create namespaces.core all", "........x"],
    ["list applications elsewhere", ".....xxxx"],
  ])("%s: %s", (text, expected) => {
    expect(columns.map((name) => (may(name, text) ? "x" : ".")).join("")).toBe(expected);
  });
});

describe("what people did to built-in roles", () => {
  const { roles, bindings } = fresh();
  const change = (name: string, edit: (role: ClusterRole) => ClusterRole): ClusterRole[] =>
    roles.map((role) => (role.metadata.name === name ? edit(role) : role));
  const names = (list: ReturnType<typeof planBuiltins>): string[] =>
    list.map(({ verb, object }) => `${verb} ${object.kind} ${object.metadata.name}`);

  test("nothing is written where all is there", () => {
    expect(planBuiltins(roles, bindings)).toEqual([]);
  });

  test("a rule that was added stays; one that is gone comes back, also where it is collected", () => {
    const mine = { apiGroups: ["mine"], resources: ["things"], verbs: ["get"] };
    const edited = change("system:aggregate-to-admin", (role) => ({ ...role, rules: [mine] }));
    const plan = planBuiltins(edited, bindings);
    expect(names(plan)).toEqual(["update ClusterRole admin", "update ClusterRole system:aggregate-to-admin"]);
    for (const { object } of plan) expect("rules" in object && object.rules).toContainEqual(mine);
    expect(plan[1]?.object).toMatchObject({ rules: [mine, { apiGroups: [apiGroup] }, {}] });
  });

  test("one that says so is left alone", () => {
    const metadata = {
      name: "system:discovery",
      annotations: { "rbac.authorization.kubernetes.io/autoupdate": "false" },
    };
    expect(
      planBuiltins(
        change("system:discovery", (role) => ({ ...role, metadata, rules: [] })),
        bindings,
      ),
    ).toEqual([]);
  });

  test("a binding gets its subjects back, keeps others, and is made anew where it gives another role", () => {
    const eve = { apiGroup, kind: "User", name: "eve" };
    const edited = bindings.map((binding) => {
      if (binding.metadata.name === "system:discovery") return { ...binding, subjects: [eve] };
      if (binding.metadata.name !== "system:monitoring") return binding;
      return { ...binding, roleRef: { ...binding.roleRef, name: "cluster-admin" } };
    });
    const plan = planBuiltins(roles, edited);
    expect(names(plan)).toEqual([
      "update ClusterRoleBinding system:discovery",
      "replace ClusterRoleBinding system:monitoring",
    ]);
    expect(plan[0]?.object).toMatchObject({ subjects: [eve, { kind: "Group", name: "system:authenticated" }] });
  });
});
