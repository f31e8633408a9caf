import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, type Component, kinds, mustDecode } from "../../api/index.ts";
import { planComponent } from "./plan.ts";
import { componentStatus } from "./status-plan.ts";
import type { ComponentWorld } from "./world.ts";

const now = Date.parse("2026-01-01T00:00:10Z");

function aComponent(spec: object = {}, metadata: object = {}): Component {
  return mustDecode(kinds.Component, {
    apiVersion: "plush.dev/v1",
    kind: "Component",
    metadata: { name: "web", namespace: "default", uid: "uid-web", generation: 1, ...metadata },
    spec: { name: "web", replicas: 3, revision: "r1", ...spec },
  });
}

/** Bound, configured for the revision that it has, and so ready: this component runs nothing. */
function aClaim(ordinal: number, { spec = {}, status = {}, metadata = {} }: Parts = {}): Claim {
  return mustDecode(kinds.Claim, {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: { name: `web-${ordinal}`, namespace: "default", uid: `uid-${ordinal}`, ...metadata },
    spec: {
      component: "web",
      componentName: "web",
      ordinal,
      resourceUid: "uid-m1",
      epoch: 1,
      resourceName: `m${ordinal}`,
      revision: "r1",
      ...spec,
    },
    status: { state: "Configured", epoch: 1, ...status },
  });
}

interface Parts {
  readonly spec?: object;
  readonly status?: object;
  readonly metadata?: object;
}

function aWorld(component: Component, claims: readonly Claim[], more: Partial<ComponentWorld> = {}): ComponentWorld {
  const { revision } = component.spec;
  return {
    component,
    claims,
    phases: [],
    processes: [],
    machines: [],
    missingSoftware: [],
    foreignNames: new Set(),
    now,
    ...(revision !== undefined && { revision }),
    ...more,
  };
}

/** "create web-0 r1 on m1", "update web-1 r2", "delete web-2". */
function actions(world: ComponentWorld): string[] {
  return planComponent(world).actions.map(({ kind, claim }) => {
    const { revision, targetResourceName } = claim.spec;
    if (kind === "DeleteClaim") return `delete ${claim.metadata.name}`;
    const verb = kind === "CreateClaim" ? "create" : "update";
    return `${verb} ${claim.metadata.name} ${revision}${targetResourceName === undefined ? "" : ` on ${targetResourceName}`}`;
  });
}

const claims = (count: number, parts: Parts = {}): Claim[] =>
  Array.from({ length: count }, (_, ordinal) => aClaim(ordinal, parts));

describe("planComponent", () => {
  test.each<[string, ComponentWorld, string[]]>([
    [
      "makes a claim for each member",
      aWorld(aComponent(), []),
      ["create web-0 r1", "create web-1 r1", "create web-2 r1"],
    ],
    ["fills a gap", aWorld(aComponent(), [aClaim(0), aClaim(2)]), ["create web-1 r1"]],
    ["takes the highest away", aWorld(aComponent({ replicas: 1 }), claims(3)), ["delete web-2", "delete web-1"]],
    [
      "waits for one that is leaving before it makes it again",
      aWorld(aComponent(), [
        aClaim(0),
        aClaim(1),
        aClaim(2, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      ]),
      [],
    ],
    ["suspended it has none", aWorld(aComponent({ suspend: true }), claims(2)), ["delete web-1", "delete web-0"]],
    [
      "deleted it has none",
      aWorld(aComponent({}, { deletionTimestamp: "2026-01-01T00:00:00Z" }), claims(1)),
      ["delete web-0"],
    ],
    ["updates one after another", aWorld(aComponent({ revision: "r2" }), claims(3)), ["update web-0 r2"]],
    ["never while paused", aWorld(aComponent({ revision: "r2", paused: true }), claims(3)), []],
    ["not before the revision is known", aWorld(aComponent({ revision: undefined }), claims(3)), []],
    [
      "new members have the newest revision",
      aWorld(aComponent({ revision: "r2", paused: true }), claims(2)),
      ["create web-2 r2"],
    ],
    [
      "new needs reach all at once",
      aWorld(aComponent({ replicas: 2, ports: [80] }), claims(2)),
      ["update web-0 r1", "update web-1 r1"],
    ],
    [
      "a name that is taken gets a hash",
      aWorld(aComponent({ replicas: 1 }), [], { foreignNames: new Set(["web-0"]) }),
      ["create web-0-2a3bc3f4 r1"],
    ],
    [
      "one on each machine",
      aWorld(aComponent({ everyResource: true }), [], { machines: ["b", "a"] }),
      ["create web-0 r1 on a", "create web-1 r1 on b"],
    ],
    [
      "a machine that is no more gives its member up, a new one gets a free ordinal",
      aWorld(
        aComponent({ everyResource: true }),
        [aClaim(0, { spec: { targetResourceName: "a" } }), aClaim(1, { spec: { targetResourceName: "b" } })],
        { machines: ["b", "c"] },
      ),
      ["delete web-0", "create web-2 r1 on c"],
    ],
  ])("%s", (_name, world, expected) => {
    expect(actions(world).map((it) => it.replace(/^create web-0-[0-9a-f]{8}/, "create web-0-2a3bc3f4"))).toEqual(
      expected,
    );
  });

  test("the order of claims changes nothing", () => {
    const some = fc.uniqueArray(fc.record({ ordinal: fc.nat({ max: 6 }), old: fc.boolean(), ready: fc.boolean() }), {
      selector: ({ ordinal }) => ordinal,
    });
    fc.assert(
      fc.property(some, fc.nat({ max: 5 }), (rows, replicas) => {
        const list = rows.map(({ ordinal, old, ready }) =>
          aClaim(ordinal, {
            spec: { revision: old ? "r0" : "r1" },
            status: { state: ready ? "Configured" : "Installing" },
          }),
        );
        const component = aComponent({ replicas });
        expect(actions(aWorld(component, [...list].reverse()))).toEqual(actions(aWorld(component, list)));
      }),
    );
  });
});

/** "STATE Ready reason / Reconciling reason / Stalled reason". */
function summary(world: ComponentWorld): string {
  const { state, conditions = [] } = componentStatus(world, planComponent(world));
  const reasons = conditions.map(({ type, status, reason }) => `${type}=${status}:${reason}`);
  return [state, ...reasons].join(" ");
}

const stalled = (reason: string) => ({
  conditions: [{ type: "Stalled", status: "True", reason, message: "why", lastTransitionTime: "2026-01-01T00:00:00Z" }],
});

describe("componentStatus", () => {
  test.each<[string, ComponentWorld, string]>([
    [
      "all ready",
      aWorld(aComponent(), claims(3)),
      "Ready Ready=True:EnoughReady Reconciling=False:Settled Stalled=False:NotStalled",
    ],
    [
      "without machines",
      aWorld(aComponent({ replicas: 1 }), [
        aClaim(0, { spec: { epoch: 0, resourceName: undefined }, status: { state: "Pending", epoch: 0 } }),
      ]),
      "Claiming Ready=False:Claiming Reconciling=True:Claiming Stalled=False:NotStalled",
    ],
    [
      "nothing fits",
      aWorld(aComponent({ replicas: 1 }), [
        aClaim(0, {
          spec: { epoch: 0, resourceName: undefined },
          status: { state: "Pending", epoch: 0, ...stalled("Unschedulable") },
        }),
      ]),
      "Stalled Ready=False:Unschedulable Reconciling=True:Claiming Stalled=True:Unschedulable",
    ],
    [
      "enough are ready, one has trouble",
      aWorld(aComponent({ minReady: 2 }), [
        ...claims(2),
        aClaim(2, { status: { state: "Installing", ...stalled("InstallFailed") } }),
      ]),
      "Degraded Ready=True:EnoughReady Reconciling=True:Installing Stalled=False:NotStalled",
    ],
    [
      "too few can become ready",
      aWorld(aComponent(), [...claims(2), aClaim(2, { status: { state: "Installing", ...stalled("InstallFailed") } })]),
      "Stalled Ready=False:NotEnoughReady Reconciling=True:Installing Stalled=True:InstallFailed",
    ],
    [
      "updating",
      aWorld(aComponent({ revision: "r2" }), claims(3)),
      "Updating Ready=True:EnoughReady Reconciling=True:Updating Stalled=False:NotStalled",
    ],
    [
      "software is missing",
      aWorld(aComponent(), claims(3), { missingSoftware: ["pack"] }),
      "Stalled Ready=True:EnoughReady Reconciling=False:Settled Stalled=True:ReferenceNotFound",
    ],
  ])("%s", (_name, world, expected) => {
    expect(summary(world)).toBe(expected);
  });
});

describe("spares", () => {
  const aSpare = (number: number, parts: Parts = {}): Claim => {
    const { ordinal: _none, ...spec } = aClaim(0).spec;
    const name = `web-spare-${number}`;
    const own = { resourceName: `s${number}`, resourceUid: `uid-s${number}`, ...parts.spec };
    return {
      ...aClaim(0, parts),
      metadata: { name, namespace: "default", uid: `uid-${name}`, ...parts.metadata },
      spec: { ...spec, ...own },
      status: { state: "Configured", epoch: 1, revision: "r1", ...parts.status },
    };
  };
  const members = [0, 1, 2].map((ordinal) => aClaim(ordinal));
  const textOf = (spec: object, claims: readonly Claim[]): string[] =>
    planComponent(aWorld(aComponent(spec), claims)).actions.map(({ kind, claim }) => `${kind} ${claim.metadata.name}`);

  test.each<[string, object, readonly Claim[], string[]]>([
    [
      "are made when every member has a machine",
      { spares: 2 },
      members,
      ["CreateClaim web-spare-0", "CreateClaim web-spare-1"],
    ],
    ["are not made before", { spares: 1 }, [aClaim(0), aClaim(1), aClaim(2, { spec: { epoch: 0 } })], []],
    ["take the lowest number that is free", { spares: 2 }, [...members, aSpare(0)], ["CreateClaim web-spare-1"]],
    [
      "go where fewer are wanted, the least ready first",
      { spares: 1 },
      [...members, aSpare(0, { status: { state: "Installing" } }), aSpare(1)],
      ["DeleteClaim web-spare-0"],
    ],
    [
      "go with the members",
      { spares: 1, suspend: true },
      [aClaim(0), aSpare(0)],
      ["DeleteClaim web-0", "DeleteClaim web-spare-0"],
    ],
  ])("%s", (_name, spec, claims, expected) => {
    expect(textOf(spec, claims)).toEqual(expected);
  });

  test("have the newest revision at once, while members are updated one after another", () => {
    const world = aWorld(aComponent({ spares: 1, revision: "r2" }), [...members, aSpare(0)], { revision: "r2" });
    const updated = planComponent(world).actions.map(({ claim }) => `${claim.metadata.name} ${claim.spec.revision}`);
    expect(updated).toEqual(["web-0 r2", "web-spare-0 r2"]);
  });

  test("never change what is said of the members, and settle", () => {
    const aCount = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(aCount, aCount, fc.array(fc.boolean(), { maxLength: 3 }), (spares, before, ready) => {
        const there = Array.from({ length: before }, (_, number) =>
          aSpare(number, ready[number] ? {} : { status: { state: "Installing" } }),
        );
        const component = aComponent({ spares });
        const told = (claims: readonly Claim[]) => {
          const world = aWorld(component, claims);
          const { replicas, claimed, configured, updated } = componentStatus(world, planComponent(world));
          return { replicas, claimed, configured, updated };
        };
        expect(told([...members, ...there])).toEqual(told(members));
        // One round of what is planned leads to where nothing is.
        const { actions } = planComponent(aWorld(component, [...members, ...there]));
        const gone = actions.filter(({ kind }) => kind === "DeleteClaim").map(({ claim }) => claim.metadata.name);
        const made = actions.filter(({ kind }) => kind === "CreateClaim").map(({ claim }) => claim);
        const after = [...members, ...there, ...made].filter(({ metadata }) => !gone.includes(metadata.name));
        expect(after).toHaveLength(members.length + spares);
        expect(planComponent(aWorld(component, after)).actions).toEqual([]);
      }),
    );
  });
});
