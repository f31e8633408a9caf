import { expect, test } from "vitest";
import { authorize, mastersAuthorizer, type RequestAttributes } from "./authorize.ts";
import { anonymous, controllerIdentity, type Identity } from "./identity.ts";
import { impersonate } from "./impersonate.ts";

const bob: Identity = { user: "bob", groups: ["system:authenticated"] };
const list: RequestAttributes = {
  kind: "resource",
  verb: "list",
  group: "plush.dev",
  resource: "applications",
  namespace: "default",
};
const path = (name: string, verb = "get"): RequestAttributes => ({ kind: "path", verb, path: name });

test.each<[string, Identity, RequestAttributes]>([
  ["controllers may do everything", controllerIdentity, list],
  ["anybody may ask for health", anonymous, path("/healthz")],
  ["anybody may ask for the version", anonymous, path("/version")],
  ["users may ask which kinds there are", bob, path("/apis/plush.dev/v1")],
  [
    "users may ask what they may do",
    bob,
    { kind: "resource", verb: "create", group: "authorization.k8s.io", resource: "selfsubjectaccessreviews" },
  ],
])("%s", (_name, identity, attributes) => {
  expect(() => authorize(mastersAuthorizer, identity, attributes)).not.toThrow();
});

test.each<[Identity, RequestAttributes, string]>([
  [
    bob,
    list,
    'applications.plush.dev is forbidden: User "bob" cannot list resource "applications" in API group "plush.dev" in the namespace "default"',
  ],
  [
    bob,
    { kind: "resource", verb: "update", group: "", resource: "namespaces", name: "x", subresource: "status" },
    'namespaces "x" is forbidden: User "bob" cannot update resource "namespaces/status" in API group "" at the cluster scope',
  ],
  [anonymous, path("/metrics"), 'forbidden: User "system:anonymous" cannot get path "/metrics"'],
  [anonymous, path("/apis"), 'forbidden: User "system:anonymous" cannot get path "/apis"'],
  [bob, path("/apisx"), 'forbidden: User "bob" cannot get path "/apisx"'],
  [anonymous, path("/healthz", "create"), 'forbidden: User "system:anonymous" cannot create path "/healthz"'],
])("%o is refused %o", (identity, attributes, message) => {
  expect(() => authorize(mastersAuthorizer, identity, attributes)).toThrow(
    expect.objectContaining({ reason: "Forbidden", message }),
  );
});

test("who may do everything may act as somebody else; nobody else may", () => {
  const headers = { "impersonate-user": ["bob"], "impersonate-group": ["a", "b"] };
  expect(impersonate(mastersAuthorizer, controllerIdentity, headers)).toEqual({
    user: "bob",
    groups: ["a", "b", "system:authenticated"],
  });
  expect(impersonate(mastersAuthorizer, bob, {})).toBe(bob);
  expect(() => impersonate(mastersAuthorizer, bob, headers)).toThrow(
    'users "bob" is forbidden: User "bob" cannot impersonate resource "users"',
  );
  expect(() => impersonate(mastersAuthorizer, bob, { "impersonate-group": ["system:masters"] })).toThrow("forbidden");
});
