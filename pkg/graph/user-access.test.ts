import { expect, test } from "vitest";
import { kinds, mustDecode, type Resource, type ResourcePool } from "../api/index.ts";
import { userRefusal } from "./user-access.ts";

function pool(spec: object): ResourcePool {
  return mustDecode(kinds.ResourcePool, {
    apiVersion: "plush.dev/v1",
    kind: "ResourcePool",
    metadata: { name: "lab" },
    spec: { provider: { static: { hosts: [{ address: "m1" }] } }, ...spec },
  });
}

function resource(spec: object = {}): Resource {
  const apiVersion = "plush.dev/v1";
  return mustDecode(kinds.Resource, {
    ...{ apiVersion, kind: "Resource", metadata: { name: "m1" } },
    spec: { address: "m1", poolName: "lab", ...spec },
  });
}

const ubuntu = pool({ ssh: { user: "ubuntu" } });
const open = pool({ ssh: { user: "ubuntu" }, access: { runAs: ["web", "root"] } });

test.each<[string, string, Resource, ResourcePool | undefined]>([
  ["who logs in", "ubuntu", resource(), ubuntu],
  ["who logs in to this machine", "admin", resource({ ssh: { user: "admin" } }), ubuntu],
  ["root, where nothing else is said", "root", resource(), pool({})],
  ["whom the pool names", "web", resource(), open],
])("work may run as %s", (_name, user, machine, its) => {
  expect(userRefusal(user, machine, its)).toBeUndefined();
});

test.each<[string, Resource, ResourcePool | undefined, string]>([
  [
    "root",
    resource(),
    ubuntu,
    "user root may not be used on Resource m1: spec.access.runAs of ResourcePool lab does not name it (besides ubuntu, who logs in)",
  ],
  [
    "ubuntu",
    resource({ ssh: { user: "admin" } }),
    ubuntu,
    "user ubuntu may not be used on Resource m1: spec.access.runAs of ResourcePool lab does not name it (besides admin, who logs in)",
  ],
  [
    "root",
    resource(),
    pool({ provider: { local: { count: 1 } } }),
    "user root may not be used on Resource m1: spec.access.runAs of ResourcePool lab does not name it",
  ],
  [
    "web",
    resource(),
    undefined,
    "user web may not be used on Resource m1, which is in no pool (besides root, who logs in)",
  ],
])("work may not run as %s", (user, machine, its, why) => {
  expect(userRefusal(user, machine, its)).toBe(why);
});
