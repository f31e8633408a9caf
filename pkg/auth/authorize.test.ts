import { expect, test } from "vitest";
import { type Authorizer, authorize, type RequestAttributes } from "./authorize.ts";
import { anonymous, controllerIdentity, type Identity } from "./identity.ts";
import { impersonate } from "./impersonate.ts";

const bob: Identity = { user: "bob", groups: ["system:authenticated"] };
const path = (name: string, verb = "get"): RequestAttributes => ({ kind: "path", verb, path: name });

/** Allows what stands in the list, as "user verb resource[/subresource] [namespace/]name". */
function allowing(...allowed: readonly string[]): Authorizer {
  return {
    decide(identity, attributes) {
      if (attributes.kind === "path") return { allowed: false, reason: "" };
      const { verb, resource, subresource, namespace, name } = attributes;
      const what = subresource === undefined ? resource : `${resource}/${subresource}`;
      const which = namespace === undefined ? name : `${namespace}/${name}`;
      return { allowed: allowed.includes(`${identity.user} ${verb} ${what} ${which}`), reason: "" };
    },
    rulesOf: () => ({ rules: [] }),
    rulesOfRole: () => undefined,
  };
}

test.each<[Identity, RequestAttributes, string]>([
  [
    bob,
    { kind: "resource", verb: "list", group: "plush.dev", resource: "applications", namespace: "default" },
    'applications.plush.dev is forbidden: User "bob" cannot list resource "applications" in API group "plush.dev" in the namespace "default"',
  ],
  [
    bob,
    { kind: "resource", verb: "update", group: "", resource: "nodes", name: "x", subresource: "status" },
    'nodes "x" is forbidden: User "bob" cannot update resource "nodes/status" in API group "" at the cluster scope',
  ],
  [anonymous, path("/metrics"), 'forbidden: User "system:anonymous" cannot get path "/metrics"'],
  [bob, path("/x", "post"), 'forbidden: User "bob" cannot post path "/x"'],
])("%o is refused %o", (identity, attributes, message) => {
  expect(() => authorize(allowing(), identity, attributes)).toThrow(
    expect.objectContaining({ reason: "Forbidden", message }),
  );
});

test("what could not be looked at is told", () => {
  const reason = 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found';
  const authorizer = { ...allowing(), decide: () => ({ allowed: false, reason }) };
  expect(() => authorize(authorizer, bob, path("/x"))).toThrow(`forbidden: User "bob" cannot get path "/x": ${reason}`);
});

test("who may, acts as somebody else: as each user, group and value that he may", () => {
  const headers = { "impersonate-user": ["amy"], "impersonate-group": ["a", "b"] };
  const may = ["bob impersonate users amy", "bob impersonate groups a", "bob impersonate groups b"];
  expect(impersonate(allowing(...may), bob, headers)).toEqual({
    user: "amy",
    groups: ["a", "b", "system:authenticated"],
  });
  expect(impersonate(allowing(), bob, {})).toBe(bob);
  expect(() => impersonate(allowing(...may.slice(0, 2)), bob, headers)).toThrow(
    'groups "b" is forbidden: User "bob" cannot impersonate resource "groups" in API group "" at the cluster scope',
  );
  const more = {
    "impersonate-user": ["amy"],
    "impersonate-extra-example.com%2fScopes": ["x"],
    "impersonate-uid": ["7"],
  };
  const extra = "bob impersonate userextras/example.com/scopes x";
  expect(impersonate(allowing(...may, extra, "bob impersonate uids 7"), bob, more)).toEqual({
    user: "amy",
    uid: "7",
    groups: ["system:authenticated"],
    extra: { "example.com/scopes": ["x"] },
  });
  expect(() => impersonate(allowing(...may, extra), bob, more)).toThrow('cannot impersonate resource "uids"');
  expect(() => impersonate(allowing(), controllerIdentity, { "impersonate-group": ["a"] })).toThrow("without a user");
});

test("a service account is one in its namespace, and is in the groups of such", () => {
  const headers = { "impersonate-user": ["system:serviceaccount:ns:robot"] };
  const authorizer = allowing("bob impersonate serviceaccounts ns/robot");
  expect(impersonate(authorizer, bob, headers)).toEqual({
    user: "system:serviceaccount:ns:robot",
    groups: ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
  });
});

test("who acts as nobody is nobody", () => {
  const authorizer = allowing("bob impersonate users system:anonymous");
  expect(impersonate(authorizer, bob, { "impersonate-user": ["system:anonymous"] })).toEqual(anonymous);
});
