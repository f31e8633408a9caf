import { describe, expect, test } from "vitest";
import {
  type Application,
  type Claim,
  type Component,
  type KubeObject,
  kinds,
  mustDecode,
  type Phase,
  type Software,
} from "../../api/index.ts";
import { planApplication } from "./plan.ts";
import { applicationStatus } from "./status-plan.ts";
import { transitions } from "./transitions.ts";
import type { ApplicationWorld } from "./world.ts";

const now = Date.parse("2026-01-01T01:00:00Z");
const deleted = { deletionTimestamp: "2026-01-01T00:00:00Z" };

const job = { name: "main", command: ["job"], restartPolicy: "Never" };
const service = { name: "main", command: ["server"], restartPolicy: "Always", ports: [{ name: "web", port: 80 }] };

function anApplication(spec: object = {}, metadata: object = {}): Application {
  return mustDecode(kinds.Application, {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name: "app", namespace: "default", uid: "uid-app", generation: 1, ...metadata },
    spec: {
      components: [{ name: "web", replicas: 2 }],
      phases: [
        { name: "setup", processes: [job] },
        { name: "serve", after: ["setup"], processes: [service] },
      ],
      ...spec,
    },
  });
}

const batch = { phases: [{ name: "setup", processes: [job] }] };

function aWorld(application: Application, more: Partial<ApplicationWorld> = {}): ApplicationWorld {
  return {
    application,
    components: [],
    phases: [],
    claims: [],
    processes: 0,
    software: new Map(),
    fileSource: () => undefined,
    history: [],
    foreignNames: { components: new Set(), phases: new Set() },
    residueOn: [],
    now,
    ...more,
  };
}

/** The world after all that the plan wants has been written; `how` puts statuses in. */
function carriedOut(
  world: ApplicationWorld,
  how: { component?: object; phase?: (name: string) => object } = {},
): ApplicationWorld {
  const children = planApplication(world)
    .actions.filter(({ verb }) => verb !== "delete")
    .map(({ child }) => child);
  const withUid = (child: KubeObject, status: object | undefined): object => {
    const metadata = { ...child.metadata, uid: `uid-${child.metadata.name}`, generation: 1 };
    return { ...child, metadata, ...(status !== undefined && { status: { observedGeneration: 1, ...status } }) };
  };
  const components = children.filter((it): it is Component => it.kind === "Component");
  const phases = children.filter((it): it is Phase => it.kind === "Phase");
  return {
    ...world,
    components: components.map((it) => mustDecode(kinds.Component, withUid(it, how.component))),
    phases: phases.map((it) => {
      const status = how.phase && { revisions: it.spec.revisions, ...how.phase(it.spec.phase) };
      return mustDecode(kinds.Phase, withUid(it, status));
    }),
  };
}

function actions(world: ApplicationWorld): string[] {
  return planApplication(world).actions.map(({ verb, child }) => `${verb} ${child.kind} ${child.metadata.name}`);
}

const released = () => ({
  state: "Released",
  release: { round: 0, rule: "all", at: "2026-01-01T00:30:00Z", members: [], missing: [] },
});
const failed = () => ({
  state: "Failed",
  conditions: [
    { type: "Ready", status: "False", reason: "Failed", message: "", lastTransitionTime: "2026-01-01T00:30:00Z" },
  ],
});
const up = { replicas: 2, claimed: 2, configured: 2, ready: 2, updated: 2, state: "Ready" };

function aSoftware(name: string, digest: string | undefined): Software {
  const status = digest === undefined ? { state: "Fetching" } : { state: "Ready", digest, observedGeneration: 1 };
  return mustDecode(kinds.Software, {
    apiVersion: "plush.dev/v1",
    kind: "Software",
    metadata: { name, namespace: "default", generation: 1 },
    status,
  });
}

function aClaim(ordinal: number): Claim {
  return mustDecode(kinds.Claim, {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: { name: `app-web-${ordinal}`, namespace: "default" },
    spec: { component: "web", componentName: "app-web", ordinal, epoch: 1, resourceName: `m${ordinal}` },
  });
}

describe("planApplication", () => {
  const settled = carriedOut(aWorld(anApplication()));

  test("makes components and phases, and then has nothing left to do", () => {
    expect(actions(aWorld(anApplication()))).toEqual([
      "create Component app-web",
      "create Phase app-setup",
      "create Phase app-serve",
    ]);
    expect(actions(settled)).toEqual([]);
    expect(settled.components[0]?.spec).toMatchObject({ applicationName: "app", ports: [80], suspend: false });
    expect(settled.phases[1]?.spec).toMatchObject({ after: ["setup"], components: ["web"] });
  });

  test.each<[string, ApplicationWorld, string[]]>([
    [
      "what the spec has no more goes",
      { ...settled, application: anApplication(batch) },
      ["update Component app-web", "delete Phase app-serve"],
    ],
    [
      "a change of one phase leaves the one before as it is",
      {
        ...settled,
        application: anApplication({
          phases: [
            { name: "setup", processes: [job] },
            { name: "serve", after: ["setup"], processes: [{ ...service, args: ["new"] }] },
          ],
        }),
      },
      ["update Component app-web", "update Phase app-serve"],
    ],
    [
      "a name that is taken gets a hash",
      aWorld(anApplication({ phases: [] }), { foreignNames: { components: new Set(["app-web"]), phases: new Set() } }),
      ["create Component app-web-9b3eb6fe"],
    ],
    [
      "deleted: components first",
      { ...settled, application: anApplication({}, deleted) },
      ["delete Component app-web"],
    ],
    [
      "deleted: then phases",
      { ...settled, components: [], application: anApplication({}, deleted) },
      ["delete Phase app-serve", "delete Phase app-setup"],
    ],
    [
      "suspended: machines first",
      { ...settled, claims: [aClaim(0)], application: anApplication({ suspend: true }) },
      ["update Component app-web"],
    ],
    [
      "suspended: then phases",
      { ...settled, application: anApplication({ suspend: true }) },
      ["delete Phase app-serve", "delete Phase app-setup", "update Component app-web"],
    ],
  ])("%s", (_name, world, expected) => {
    const names = actions(world).map((it) => it.replace(/-[0-9a-f]{8}$/, "-9b3eb6fe"));
    expect(names.toSorted()).toEqual(expected.toSorted());
  });

  test("nothing runs before all digests are known, and then phases and component change together", () => {
    const application = anApplication({ components: [{ name: "web", software: ["pack"] }] });
    const unknown = carriedOut(aWorld(application, { software: new Map([["pack", aSoftware("pack", undefined)]]) }));
    expect(unknown.components[0]?.spec.revision).toBeUndefined();
    expect(unknown.phases.map(({ spec }) => spec.revisions)).toEqual([{}, {}]);
    const known = { ...unknown, software: new Map([["pack", aSoftware("pack", "sha256:aa")]]) };
    expect(actions(known)).toEqual(["update Component app-web", "update Phase app-setup", "update Phase app-serve"]);
    const gone = { ...carriedOut(known), software: new Map() };
    expect(actions(gone)).toEqual([]);
  });

  test("B-FIN-1: a batch application that is complete gives its machines back at once, one that failed after an hour", () => {
    const begun = aWorld(anApplication(batch));
    const complete = planApplication(carriedOut(begun, { component: up, phase: released }));
    expect(complete.lifecycle).toMatchObject({ stage: "Complete", letsGo: true });
    expect(complete.actions).toMatchObject([{ verb: "update", child: { spec: { suspend: true } } }]);
    const broken = planApplication(carriedOut(begun, { component: up, phase: failed })).lifecycle;
    expect(broken).toMatchObject({ stage: "Failed", letsGo: false, recheckAfterMs: 30 * 60_000 });
  });

  test("B-FIN-8: machines are not given back before all is fetched, and not taken again afterwards", () => {
    const complete = carriedOut(aWorld(anApplication(batch)), { component: up, phase: released });
    const held = { ...complete, uncollected: 1 };
    expect(planApplication(held).lifecycle.letsGo).toBe(false);
    const [component] = held.components;
    const going = {
      ...held,
      components: component === undefined ? [] : [{ ...component, spec: { ...component.spec, suspend: true } }],
    };
    expect(planApplication(going).lifecycle.letsGo).toBe(true);
    // Also where a clock was set back, to before its end.
    expect(planApplication({ ...going, now: 0 }).lifecycle.letsGo).toBe(true);
  });

  describe("B-REC-15: a member that the application fails with", () => {
    const world = carriedOut(aWorld(anApplication()), { component: up, phase: released });
    const revision = planApplication(world).revisions.byComponent.get("web")?.member ?? "";
    const at = "2026-01-01T00:30:00Z";

    /** Its process was given up, as it ran `ran`, on the machine that it has or had. */
    function fatal(ran: string, epoch: number): Claim {
      const claim = aClaim(1);
      const failure = {
        reason: "CrashLoop",
        message: "boom",
        epoch,
        revision: ran,
        at,
        action: "FailApplication",
      } as const;
      return { ...claim, status: { ...claim.status, failure } };
    }

    test.each<[string, string, number, string]>([
      ["now", revision, 1, "Failed"],
      ["with another revision", "other", 1, "Active"],
      ["on its former machine", revision, 0, "Active"],
    ])("%s", (_name, ran, epoch, stage) => {
      expect(planApplication({ ...world, claims: [fatal(ran, epoch)] }).lifecycle.stage).toBe(stage);
    });

    test("stays told when its machines are given back, until another revision, or the next run", () => {
      const broken = { ...world, claims: [fatal(revision, 1)] };
      const status = applicationStatus(broken, planApplication(broken));
      expect(status.failure).toMatchObject({ component: "web", ordinal: 1, reason: "CrashLoop", revision });
      const stageOf = (spec: object, now = world.now): string => {
        const application = { ...anApplication(spec), status };
        const { lifecycle } = planApplication({ ...world, application, now });
        return `${lifecycle.stage}${lifecycle.letsGo ? ", gives its machines back" : ""}`;
      };
      expect(stageOf({})).toBe("Failed");
      expect(stageOf({}, Date.parse(at) + 3_600_000)).toBe("Failed, gives its machines back");
      expect(stageOf({ phases: [{ name: "serve", processes: [{ ...service, command: ["better"] }] }] })).toBe("Active");
      const suspended = { ...world, application: { ...anApplication({ suspend: true }), status } };
      expect(applicationStatus(suspended, planApplication(suspended)).failure).toBeUndefined();
    });
  });

  test("B-FIN-7: ttlAfterFinished deletes an application so long after its end, and not before", () => {
    const begun = aWorld(anApplication({ ...batch, ttlAfterFinished: "40m" }));
    const complete = carriedOut(begun, { component: up, phase: released });
    expect(planApplication(complete).lifecycle).toMatchObject({ isOutlived: false, recheckAfterMs: 10 * 60_000 });
    const later = { ...complete, now: complete.now + 10 * 60_000 };
    expect(planApplication(later).lifecycle.isOutlived).toBe(true);
  });

  test("nothing is left only when components, phases and processes are gone", () => {
    const application = anApplication({}, deleted);
    expect(planApplication(aWorld(application, { processes: 1 })).nothingLeft).toBe(false);
    expect(planApplication(aWorld(application)).nothingLeft).toBe(true);
  });
});

/** "STATE Type=Status:Reason …" of the conditions named. */
function told(world: ApplicationWorld, ...types: string[]): string {
  const { state, conditions = [] } = applicationStatus(world, planApplication(world));
  const rows = types.map((type) => {
    const found = conditions.find((it) => it.type === type);
    return `${type}=${found?.status}:${found?.reason}`;
  });
  return [state, ...rows].join(" ");
}

describe("applicationStatus", () => {
  const begun = aWorld(anApplication());
  const open = (name: string) => (name === "setup" ? released() : { state: "Open" });
  const waiting = () => ({ state: "Waiting" });
  const lessReady = { ...up, ready: 1 };
  const crash = {
    type: "Stalled",
    status: "True",
    reason: "CrashLoop",
    message: "why",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };

  test.each<[string, ApplicationWorld, string]>([
    [
      "nothing yet",
      begun,
      "Pending Ready=False:AcquiringResources Reconciling=True:AcquiringResources Stalled=False:NotStalled",
    ],
    [
      "installing",
      carriedOut(begun, { component: { ...up, configured: 1, ready: 0 }, phase: waiting }),
      "Installing Ready=False:InstallingSoftware Reconciling=True:InstallingSoftware Stalled=False:NotStalled",
    ],
    [
      "phases to go",
      carriedOut(begun, { component: { ...up, ready: 0 }, phase: open }),
      "Running Ready=False:Progressing Reconciling=True:Progressing Stalled=False:NotStalled",
    ],
    [
      "up",
      carriedOut(begun, { component: up, phase: released }),
      "Available Ready=True:Available Reconciling=False:Settled Stalled=False:NotStalled",
    ],
    [
      "one is down",
      carriedOut(begun, { component: lessReady, phase: released }),
      "Degraded Ready=False:Progressing Reconciling=True:Progressing Stalled=False:NotStalled",
    ],
    [
      "a component needs a person",
      carriedOut(begun, { component: { ...lessReady, conditions: [crash] }, phase: released }),
      "Degraded Ready=False:Stalled Reconciling=True:Progressing Stalled=True:CrashLoop",
    ],
    [
      "a phase failed",
      carriedOut(begun, { component: up, phase: failed }),
      "Failed Ready=False:Failed Reconciling=False:Settled Stalled=True:PhaseFailed",
    ],
    [
      "complete",
      carriedOut(aWorld(anApplication(batch)), { component: up, phase: released }),
      "Complete Ready=True:Complete Reconciling=False:Settled Stalled=False:NotStalled",
    ],
    [
      "suspended",
      carriedOut(aWorld(anApplication({ suspend: true }), { claims: [aClaim(0)] })),
      "Suspended Ready=False:Suspended Reconciling=True:Suspending Stalled=False:NotStalled",
    ],
    [
      "deleted",
      { ...begun, application: anApplication({}, deleted) },
      "Deleting Ready=False:Deleting Reconciling=True:Deleting Stalled=False:NotStalled",
    ],
  ])("%s", (_name, world, expected) => {
    expect(told(world, "Ready", "Reconciling", "Stalled")).toBe(expected);
  });

  test("while it goes, CleanedUp says how many claims are left and where", () => {
    const world = aWorld(anApplication({}, deleted), { claims: [aClaim(0), aClaim(1)] });
    const { conditions } = applicationStatus(world, planApplication(world));
    expect(conditions?.find(({ type }) => type === "CleanedUp")).toMatchObject({
      status: "False",
      reason: "CleaningUp",
      message: "2 claims are left on m0, m1",
    });
  });

  test("all reasons are among those that the kind declares", () => {
    const worlds = [begun, carriedOut(begun, { component: up, phase: released }), carriedOut(begun, { phase: failed })];
    for (const world of worlds) {
      for (const { type, reason } of applicationStatus(world, planApplication(world)).conditions ?? [])
        expect(kinds.Application.conditions[type], type).toContain(reason);
    }
  });

  test("what happened is told once", () => {
    const world = carriedOut(begun, { component: up, phase: released });
    const status = applicationStatus(world, planApplication(world));
    const reasons = transitions(world.application, status).map(({ reason }) => reason);
    expect(reasons).toEqual(["PhaseReleased", "PhaseReleased", "Acquired", "Installed", "Available"]);
    expect(transitions({ ...world.application, status }, status)).toEqual([]);
  });
});
