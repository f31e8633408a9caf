import { describe, expect, test } from "vitest";
import { type Claim, type Component, kinds, mustDecode, type Resource, type ResourcePool } from "../api/index.ts";
import { type BindingInput, deferRemoval, dropAllocation, planBinding } from "./binding-plan.ts";

const now = "2026-01-01T00:00:00Z";
type Fields = Readonly<Record<string, unknown>>;

function claim(spec: Fields = {}, metadata: Fields = {}): Claim {
  return mustDecode(kinds.Claim, {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: { name: "a-servers-0", namespace: "default", uid: "c0", generation: 1, ...metadata },
    spec: { component: "servers", componentName: "a-servers", ...spec },
  });
}

function resource(name: string, status: Fields = {}, spec: Fields = {}, metadata: Fields = {}): Resource {
  return mustDecode(kinds.Resource, {
    apiVersion: "plush.dev/v1",
    kind: "Resource",
    metadata: { name, uid: `uid-${name}`, ...metadata },
    spec: { address: "10.0.0.1", ...spec },
    status: { allocatable: { cpu: "1", memory: "1Gi" }, ...status },
  });
}

function component(resources: Fields): Component {
  return mustDecode(kinds.Component, {
    apiVersion: "plush.dev/v1",
    kind: "Component",
    metadata: { name: "a-servers", namespace: "default" },
    spec: { name: "servers", resources },
  });
}

function allocation(change: Fields = {}): Fields {
  return {
    claimUid: "other",
    claimName: "b-workers-0",
    namespace: "default",
    component: "workers",
    componentName: "b-workers",
    epoch: 1,
    ...change,
  };
}

function bindTo(machine: Resource | undefined, change: Partial<BindingInput> = {}): ReturnType<typeof planBinding> {
  const request = { resourceName: "m1", resourceUid: "uid-m1", epoch: 1 };
  return planBinding({ claim: claim(), resource: machine, request, now, ...change });
}

describe("a binding", () => {
  test("writes the claim's side and the machine's", () => {
    const bound = bindTo(resource("m1", { allocations: [allocation()] }), {
      claim: claim({ ports: [80], requests: { cpu: "500m" } }, { labels: { "plush.dev/application": "a" } }),
      component: component({}),
    });
    expect(bound).toMatchObject({
      claim: { spec: { resourceName: "m1", resourceUid: "uid-m1", epoch: 1 }, metadata: { generation: 2 } },
      resource: {
        status: {
          allocations: [
            allocation(),
            {
              claimUid: "c0",
              claimName: "a-servers-0",
              namespace: "default",
              component: "servers",
              componentName: "a-servers",
              application: "a",
              epoch: 1,
              requests: { cpu: "500m" },
              ports: [80],
            },
          ],
        },
      },
    });
    expect(bound).not.toHaveProperty("oldResource");
  });

  test("elsewhere leaves residue on the machine that is left, and takes its place there away", () => {
    const bound = bindTo(resource("m1"), {
      claim: claim({ resourceName: "m0", resourceUid: "uid-m0", epoch: 1 }),
      oldResource: resource("m0", {
        allocations: [allocation(), allocation({ claimUid: "c0", claimName: "a-servers-0" })],
      }),
      request: { resourceName: "m1", resourceUid: "uid-m1", epoch: 2, expectedEpoch: 1, reason: "HostDead" },
    });
    expect(bound).toMatchObject({
      claim: { spec: { resourceName: "m1", epoch: 2 } },
      oldResource: {
        status: {
          allocations: [allocation()],
          residue: [{ claimUid: "c0", epoch: 1, since: now, reason: "HostDead", namespace: "default" }],
        },
      },
    });
  });

  test.each<[string, number, number, number]>([
    ["the first", 0, 0, 1],
    ["one more", 4, 0, 5],
    ["the first after a restore", 0, 1_800_000_000, 1_800_000_000],
    ["of a claim that was bound before a restore", 4, 1_800_000_000, 1_800_000_000],
    ["of one that was bound since", 1_800_000_000, 1_800_000_000, 1_800_000_001],
  ])(
    "B-RST-1: gives the claim its next epoch, which no server has given before: %s",
    (_name, epoch, epochFloor, next) => {
      const request = { resourceName: "m1", resourceUid: "uid-m1", expectedEpoch: epoch };
      const input = { claim: claim({ epoch }), epochFloor };
      expect(bindTo(resource("m1"), { ...input, request })).toMatchObject({
        claim: { spec: { epoch: next } },
        resource: { status: { allocations: [{ epoch: next }] } },
      });
      expect(bindTo(resource("m1"), { ...input, request: { ...request, epoch: next + 1 } })).toHaveProperty("refusal");
    },
  );

  test("anew to the same machine replaces its place there", () => {
    const here = resource("m1", { allocations: [allocation({ claimUid: "c0", componentName: "a-servers" })] });
    const bound = bindTo(here, {
      claim: claim({ resourceName: "m1", resourceUid: "uid-m1", epoch: 1 }),
      oldResource: here,
      request: { resourceName: "m1", resourceUid: "uid-m1", epoch: 2 },
    });
    expect(bound).toMatchObject({ resource: { status: { allocations: [{ claimUid: "c0", epoch: 2 }] } } });
    expect(bound).not.toHaveProperty("oldResource");
  });
});

const pool = mustDecode(kinds.ResourcePool, {
  apiVersion: "plush.dev/v1",
  kind: "ResourcePool",
  metadata: { name: "lab" },
  spec: { provider: { local: { count: 1 } }, access: { namespaces: ["prod"] } },
}) as ResourcePool;
const deleted = { deletionTimestamp: now, finalizers: ["x"] };
const residue = [{ claimUid: "z", claimName: "z", namespace: "default", epoch: 1, since: now, reason: "x" }];

describe("is refused", () => {
  test.each<[string, RegExp, Resource | undefined, Partial<BindingInput>?]>([
    ["machine is not there", /m1 is not there/, undefined],
    ["machine is another one", /another one/, resource("m1", {}, {}, { uid: "new" })],
    ["machine is being deleted", /being deleted/, resource("m1", {}, {}, deleted)],
    ["machine is cordoned", /cordoned/, resource("m1", {}, { unschedulable: true })],
    ["machine is quarantined", /quarantined/, resource("m1", { state: "Quarantined" })],
    ["machine holds residue", /residue of default\/z/, resource("m1", { residue })],
    ["pool is closed", /closed to namespace default/, resource("m1"), { pool }],
    ["machine is tainted", /tainted k/, resource("m1", {}, { taints: [{ key: "k", effect: "NoSchedule" }] })],
    [
      "port is taken",
      /port 80 taken by default\/b-workers-0/,
      resource("m1", { allocations: [allocation({ ports: [80] })] }),
      { claim: claim({ ports: [80] }) },
    ],
    [
      "cpu is used up",
      /not enough cpu/,
      resource("m1", { allocations: [allocation({ requests: { cpu: "800m" } })] }),
      { claim: claim({ requests: { cpu: "300m" } }) },
    ],
    [
      "component is here already",
      /already holding/,
      resource("m1", { allocations: [allocation({ componentName: "a-servers" })] }),
    ],
    ["machine is dedicated", /dedicated to/, resource("m1", { allocations: [allocation({ dedicated: true })] })],
    [
      "claim wants it alone",
      /not empty/,
      resource("m1", { allocations: [allocation()] }),
      { component: component({ dedicated: true }) },
    ],
    [
      "another namespace is here",
      /namespace|in use/,
      resource("m1", { allocations: [allocation({ namespace: "prod" })] }),
    ],
    ["epoch is not the next", /next is 4/, resource("m1"), { claim: claim({ epoch: 3 }) }],
    ["claim is being deleted", /claim is being deleted/, resource("m1"), { claim: claim({}, deleted) }],
  ])("when the %s", (_name, refusal, machine, change) => {
    expect(bindTo(machine, change)).toEqual({ refusal: expect.stringMatching(refusal) });
  });

  test("when the caller is behind", () => {
    const request = { resourceName: "m1", resourceUid: "uid-m1", epoch: 1, expectedEpoch: 7 };
    expect(bindTo(resource("m1"), { request })).toEqual({ refusal: "the claim has epoch 0, not 7" });
  });
});

test("several members of a component share a machine where it says so", () => {
  const machine = resource("m1", { allocations: [allocation({ componentName: "a-servers" })] });
  expect(bindTo(machine, { component: component({ perMachine: 2 }) })).toHaveProperty("claim");
});

test("a place is given back, at once or as residue; where there is none, nothing changes", () => {
  const machine = resource("m1", { allocations: [allocation(), allocation({ claimUid: "c0" })] });
  expect(dropAllocation(machine, claim()).status?.allocations).toEqual([allocation()]);
  expect(deferRemoval(machine, claim(), "Away", now).status).toMatchObject({
    allocations: [allocation()],
    residue: [{ claimUid: "c0", reason: "Away" }],
  });
  const without = resource("m1");
  expect(dropAllocation(without, claim())).toBe(without);
  expect(deferRemoval(without, claim(), "Away", now)).toBe(without);
});
