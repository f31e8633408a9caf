import { describe, expect, test } from "vitest";
import { once, type PhaseDraft, Scene, service } from "./fixtures/scene.ts";

const second = 1000;
const setup: PhaseDraft = { name: "setup" };
const serve: PhaseDraft = { name: "serve", after: ["setup"], processes: [service] };

/** One phase of members that run once. */
function aRun(members: number, more: Partial<PhaseDraft> = {}): Scene {
  const scene = new Scene({ members: { web: members }, phases: [{ name: "run", ...more }] });
  scene.settle();
  return scene;
}

const conditionOf = (scene: Scene, phase: string, type: string): string | undefined =>
  scene.phase(phase).status?.conditions?.find((it) => it.type === type)?.reason;

describe("opening", () => {
  test("B-BAR-1: the first phase opens at once, the next when it is released", () => {
    const scene = new Scene({ members: { web: 2 }, phases: [setup, serve] });
    scene.settle();
    expect(scene.tell("setup")).toBe("Open 0/2: 0 of 2 entered, all 2 needed (missing: web-0, web-1)");
    expect(scene.tell("serve")).toBe("Waiting -: waits for phase setup");
    scene.finish(/setup/);
    scene.settle();
    expect(scene.tell("setup")).toBe("Released 2/2: 2 of 2 entered, all 2 needed");
    expect(scene.tell("serve")).toMatch(/^Open 0\/2/);
  });

  test.each<[string, number | string | undefined, number, string]>([
    ["all by default", undefined, 2, "Waiting -: 2 of 3 members of web are configured, 3 needed"],
    ["a count", 2, 2, "Open 0/2: 0 of 2 entered, all 2 needed (missing: web-0, web-1)"],
    ["a percentage, rounded up", "50%", 1, "Waiting -: 1 of 3 members of web are configured, 2 needed"],
  ])("minReady: %s", (_name, minReady, configured, expected) => {
    const scene = new Scene({
      members: { web: 3 },
      phases: [setup],
      ...(minReady !== undefined && { minReady }),
    });
    for (let ordinal = configured; ordinal < 3; ordinal++) scene.configure(`web-${ordinal}`, false);
    scene.settle();
    expect(scene.tell("setup")).toBe(expected);
  });

  test("B-PHA-2: every component that takes part has to be there, and no other", () => {
    const scene = new Scene({
      members: { web: 1, db: 1 },
      phases: [{ name: "setup", processes: [{ ...once, component: "web" }] }],
    });
    scene.configure("db-0", false);
    scene.components = scene.components.filter(({ spec }) => spec.name !== "web");
    scene.settle();
    expect(scene.tell("setup")).toBe("Waiting -: waits for component web");
    scene.components = new Scene({ members: { web: 1 }, phases: [] }).components;
    scene.settle();
    expect(scene.tell("setup")).toMatch(/^Open 0\/1/);
  });

  test("B-BAR-2: expected are those configured at the opening; who comes later is late, who is scaled away no longer expected", () => {
    const scene = new Scene({ members: { web: 3 }, phases: [setup], minReady: 2 });
    scene.configure("web-2", false);
    scene.settle();
    scene.configure("web-2", true);
    scene.scale("web", 4);
    scene.settle();
    const { expected, late } = scene.phase("setup").status ?? {};
    expect(expected?.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
    expect(late?.map(({ ordinal }) => ordinal)).toEqual([2, 3]);
    scene.scale("web", 1);
    scene.finish(/web-0/);
    scene.settle();
    expect(scene.tell("setup")).toBe("Released 1/1: 1 of 1 entered, all 1 needed");
  });

  test("B-PHA-3: only those are expected whose ordinal has something to run", () => {
    const scene = aRun(3, { processes: [{ ...once, ordinals: "0,2" }] });
    expect(scene.phase("run").status?.expected?.map(({ ordinal }) => ordinal)).toEqual([0, 2]);
  });

  test("an expected member whose claim is gone for a moment stays expected", () => {
    const scene = aRun(2);
    scene.finish(/web-1/);
    scene.settle();
    scene.renew("web", 0);
    scene.settle();
    expect(scene.tell("run")).toBe("Open 1/2: 1 of 2 entered, all 2 needed (missing: web-0)");
  });
});

describe("entering", () => {
  test("B-BAR-3: a new holder enters anew before the release", () => {
    const scene = aRun(2);
    scene.finish(/web-0/);
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Open 1\/2/);
    scene.replace("web-0", "Bound");
    scene.settle();
    expect(scene.phase("run").status?.entered).toEqual([]);
    scene.replace("web-0");
    scene.settle();
    scene.finish(/./);
    scene.settle();
    expect(scene.phase("run").status?.entered).toMatchObject([
      { component: "web", ordinal: 0, epoch: 3 },
      { component: "web", ordinal: 1, epoch: 1 },
    ]);
  });

  test("an entry stays while its holder does, whatever becomes of the process", () => {
    const scene = aRun(2, { processes: [service] });
    scene.report(/web-0/, { state: "Ready" });
    scene.settle();
    scene.report(/web-0/, { state: "Pending", restarts: 1 });
    scene.configure("web-0", false);
    scene.settle();
    expect(scene.phase("run").status?.entered).toMatchObject([{ component: "web", ordinal: 0, epoch: 1 }]);
  });

  test("B-BAR-4: all processes of a member have to be done", () => {
    const scene = aRun(1, { processes: [once, { ...once, name: "other" }] });
    scene.finish(/run-main/);
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Open 0\/1/);
    scene.finish(/run-other/);
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Released 1\/1/);
  });
});

describe("release", () => {
  test.each<[string, Readonly<Record<string, unknown>>, number, number, string]>([
    ["all", {}, 0, 3, "Open 3/4: 3 of 4 entered, all 4 needed (missing: web-3)"],
    ["a count", { count: 2 }, 0, 2, "Released 2/4: 2 of 4 entered, a count of 2 needed (missing: web-2, web-3)"],
    [
      "a percentage, rounded up",
      { percent: 60 },
      0,
      2,
      "Open 2/4: 2 of 4 entered, 60% of 4 = 3 needed (missing: web-2, web-3)",
    ],
    [
      "a percentage reached",
      { percent: 60 },
      0,
      3,
      "Released 3/4: 3 of 4 entered, 60% of 4 = 3 needed (missing: web-3)",
    ],
    [
      "time with the minimum",
      { timeout: "10s", minimum: 2 },
      10,
      2,
      "Released 2/4: 2 of 4 entered, at least 2 needed (missing: web-2, web-3)",
    ],
    [
      "time is not up",
      { timeout: "10s", minimum: 2 },
      9,
      2,
      "Open 2/4: 2 of 4 entered, all 4 needed (missing: web-2, web-3)",
    ],
    [
      "time below the minimum",
      { timeout: "10s", minimum: "75%" },
      10,
      2,
      "Failed 2/4: after 10s 2 of 4 had entered, at least 3 needed (missing: web-2, web-3)",
    ],
  ])("%s", (_name, release, seconds, entered, expected) => {
    const scene = aRun(4, { release });
    for (let ordinal = 0; ordinal < entered; ordinal++) scene.finish(new RegExp(`web-${ordinal}$`));
    scene.now += seconds * second;
    scene.settle();
    expect(scene.tell("run")).toBe(expected);
  });

  test("B-BAR-5: is stored with who was there and who was not, and stays when all is lost", () => {
    const scene = aRun(2, { release: { count: 1 }, processes: [service] });
    scene.report(/web-1/, { state: "Ready" });
    scene.now += second;
    scene.settle();
    const release = {
      round: 0,
      rule: "count",
      at: "2026-01-01T00:00:01.000000Z",
      members: [{ component: "web", ordinal: 1, epoch: 1, claimUid: "uid-4", at: "2026-01-01T00:00:01.000000Z" }],
      missing: [{ component: "web", ordinal: 0 }],
    };
    expect(scene.phase("run").status?.release).toEqual(release);
    scene.report(/./, { state: "Failed" });
    scene.replace("web-1", "Bound");
    scene.scale("web", 1);
    scene.now += 3600 * second;
    scene.settle();
    expect(scene.phase("run").status?.release).toEqual(release);
    expect(scene.phase("run").status?.state).toBe("Released");
  });

  test("the plan says when time alone decides", () => {
    const scene = aRun(2, { release: { timeout: "10s" }, timeout: "8s" });
    scene.now += 3 * second;
    expect(scene.plan("run").recheckAfterMs).toBe(5 * second);
    expect(aRun(2).plan("run").recheckAfterMs).toBeUndefined();
  });
});

describe("a knee", () => {
  const release = { knee: {}, minimum: 2 };

  test("B-BAR-8: releases without the straggler once nobody came for longer than the pace explains", () => {
    const scene = aRun(4, { release });
    for (const ordinal of [0, 1, 2]) {
      scene.now += second;
      scene.finish(new RegExp(`web-${ordinal}$`));
      scene.settle();
    }
    const waitMs = second + 4 * 0.7 * (second / 2);
    expect(scene.plan("run").recheckAfterMs).toBe(waitMs);
    scene.now += waitMs;
    scene.settle();
    expect(scene.tell("run")).toBe("Released 3/4: 3 of 4 entered, at least 2 needed (missing: web-3)");
    expect(scene.phase("run").status?.release?.rule).toBe("knee");
  });

  test("B-BAR-9: is waited for no longer than ten minutes", () => {
    const scene = aRun(4, { release });
    scene.now += 600 * second;
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Failed 0\/4: after 10m 0 of 4 had entered, at least 2 needed/);
  });
});

describe("a throttle", () => {
  const passedNow = (scene: Scene): unknown => scene.phase("setup").status?.passed?.map(({ ordinal }) => ordinal);
  const throttled = (throttle: object): Scene => {
    const scene = new Scene({ members: { web: 3 }, phases: [{ ...setup, release: { throttle } }, serve] });
    scene.settle();
    for (const ordinal of [2, 0, 1]) {
      scene.now += 1;
      scene.finish(new RegExp(`setup-main-web-${ordinal}$`));
      scene.settle();
    }
    return scene;
  };
  const running = (scene: Scene): readonly string[] =>
    scene.processes.map(({ metadata }) => metadata.name ?? "").filter((name) => name.startsWith("app-serve"));

  test("B-BAR-10: a rate: one at once, the others in the order of their entries, as time goes on", () => {
    const scene = throttled({ rate: 1 });
    expect(passedNow(scene)).toEqual([2]);
    expect(running(scene)).toEqual(["app-serve-main-web-2"]);
    expect(scene.plan("setup").recheckAfterMs).toBe(second);
    scene.now += second;
    scene.settle();
    expect(passedNow(scene)).toEqual([2, 0]);
    scene.now += second;
    scene.settle();
    expect(running(scene)).toHaveLength(3);
    expect(scene.plan("setup").recheckAfterMs).toBeUndefined();
  });

  test("B-BAR-11: places: one is free when its member is done in the phase after", () => {
    const scene = throttled({ concurrent: 2 });
    expect(passedNow(scene)).toEqual([2, 0]);
    scene.report(/serve-main-web-0/, { state: "Ready" });
    scene.settle();
    expect(passedNow(scene)).toEqual([2, 0, 1]);
  });

  test("B-BAR-12: the dead give their place back, and who comes instead waits for one", () => {
    const scene = throttled({ concurrent: 1 });
    expect(passedNow(scene)).toEqual([2]);
    scene.replace("web-2");
    scene.settle();
    scene.finish(/setup-main-web-2/);
    scene.settle();
    expect(passedNow(scene)).toEqual([2, 0]);
    scene.report(/serve-main-web-0/, { state: "Ready" });
    scene.settle();
    scene.report(/serve-main-web-1/, { state: "Ready" });
    scene.settle();
    expect(passedNow(scene)).toEqual([2, 0, 1, 2]);
  });

  test("B-BAR-13: a place that is held for too long is given to the next", () => {
    const scene = throttled({ concurrent: 1, holdTimeout: "10s" });
    expect(scene.plan("setup").recheckAfterMs).toBe(10 * second);
    scene.now += 10 * second;
    scene.settle();
    expect(passedNow(scene)).toEqual([2, 0]);
  });
});

test("B-BAR-14: who comes too late where late ones are rejected is stopped, and goes nowhere", () => {
  const scene = new Scene({
    members: { web: 3 },
    phases: [{ ...setup, release: { count: 2, late: "Reject" } }, serve],
  });
  scene.settle();
  scene.finish(/setup-main-web-[01]/);
  const writes = scene.settle();
  expect(writes).toContain("update app-setup-main-web-2 e1 stop");
  expect(scene.processes.find(({ metadata }) => metadata.name === "app-setup-main-web-2")?.spec.late).toBe(true);
  scene.finish(/setup-main-web-2/);
  scene.settle();
  expect(scene.processes.map(({ metadata }) => metadata.name)).not.toContain("app-serve-main-web-2");
  expect(scene.phase("serve").status?.expected?.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
  // Who takes the place of a member that had entered is let in.
  scene.replace("web-1");
  scene.settle();
  scene.finish(/setup-main-web-1/);
  expect(scene.settle()).toContain("update app-serve-main-web-1 e2");
});

describe("failure", () => {
  test("B-PHA-4: the phase's own timeout", () => {
    const scene = aRun(2, { timeout: "1m" });
    scene.now += 60 * second;
    scene.settle();
    expect(scene.tell("run")).toBe(
      "Failed 0/2: not released within 1m: 0 of 2 entered, all 2 needed (missing: web-0, web-1)",
    );
    expect(conditionOf(scene, "run", "Stalled")).toBe("TimedOut");
    scene.now += 60 * second;
    scene.finish(/./);
    scene.settle();
    expect(conditionOf(scene, "run", "Stalled")).toBe("TimedOut");
  });

  test("B-BAR-6: a process that exits badly and is not run again, in its own words", () => {
    const scene = aRun(3);
    scene.finish(/web-1/, 3);
    scene.settle();
    expect(scene.tell("run")).toBe(
      "Failed 0/3: needs all 3, but at most 3 expected − 1 failed = 2 can enter (failed: web-1); web-1: main exited with 3",
    );
    expect(conditionOf(scene, "run", "Stalled")).toBe("ProcessFailed");
    expect(scene.phase("run").status?.failed).toEqual([
      { component: "web", ordinal: 1, message: "main exited with 3" },
    ]);
  });

  test("is none while enough can still enter", () => {
    const scene = aRun(3, { release: { count: 2 } });
    scene.finish(/web-1/, 3);
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Open 0\/3/);
    scene.finish(/web-[02]/);
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Released 2\/3/);
    expect(conditionOf(scene, "run", "Reconciling")).toBe("Settled");
  });

  test("fewer members than the rule counts on", () => {
    const scene = aRun(2, { release: { count: 3 } });
    expect(scene.tell("run")).toMatch(/^Failed 0\/2: needs a count of 3, but at most 2 expected/);
    expect(conditionOf(scene, "run", "Stalled")).toBe("CannotRelease");
  });

  test.each([
    ["Fail", "Waiting -: waits for phase setup"],
    ["Continue", "Open 0/1: 0 of 1 entered, all 1 needed (missing: web-0)"],
  ] as const)("B-PHA-23: onFailure %s: the next phase, and who is expected there", (onFailure, expected) => {
    const scene = new Scene({ members: { web: 2 }, phases: [{ ...setup, onFailure }, serve] });
    scene.settle();
    scene.finish(/web-0/);
    scene.finish(/web-1/, 1);
    scene.settle();
    expect(scene.tell("setup")).toMatch(/^Failed 1\/2/);
    expect(scene.tell("serve")).toBe(expected);
  });

  test("where all have failed before, nobody can enter, and that is no success", () => {
    const scene = new Scene({ members: { web: 2 }, phases: [{ ...setup, onFailure: "Continue" }, serve] });
    scene.settle();
    scene.finish(/./, 1);
    scene.settle();
    expect(scene.tell("serve")).toMatch(/^Failed 0\/2: .*web-0: main exited with 1 in phase setup$/);
  });
});

test("B-PHA-24: a phase of several processes on several components waits for all members of all of them, each with all its own", () => {
  const names = ["one", "two"];
  const processes = [
    ...names.map((name) => ({ ...once, name, component: "web" })),
    { ...service, name: "serve", component: "db" },
  ];
  const scene = new Scene({ members: { web: 2, db: 1, other: 1 }, phases: [{ name: "run", processes }] });
  scene.settle();
  expect(scene.processes.map(({ metadata }) => metadata.name).sort()).toEqual([
    "app-run-one-web-0",
    "app-run-one-web-1",
    "app-run-serve-db-0",
    "app-run-two-web-0",
    "app-run-two-web-1",
  ]);
  scene.finish(/one-web/);
  scene.settle();
  expect(scene.tell("run")).toBe("Open 0/3: 0 of 3 entered, all 3 needed (missing: db-0, web-0, web-1)");
  scene.finish(/two-web-0/);
  scene.report(/serve/, { state: "Ready" });
  scene.settle();
  expect(scene.tell("run")).toBe("Open 2/3: 2 of 3 entered, all 3 needed (missing: web-1)");
  scene.finish(/two-web-1/);
  scene.settle();
  expect(scene.tell("run")).toMatch(/^Released 3\/3/);
});

test("B-PHA-22: after the release processes are told to clear away, once for each holder, one of them with the files", () => {
  const scene = new Scene({
    members: { web: 1 },
    phases: [{ name: "run", processes: [once, { ...once, name: "also" }], cleanup: { remove: ["*.tmp"] } }],
  });
  const told = (): unknown[] => scene.processes.map(({ spec }) => [spec.process, spec.tidy?.remove]);
  scene.settle();
  scene.finish(/main/);
  scene.settle();
  expect(told()).toEqual([
    ["main", undefined],
    ["also", undefined],
  ]);
  scene.finish(/also/);
  scene.settle();
  expect(scene.tell("run")).toMatch(/^Released/);
  expect(told()).toEqual([
    ["main", []],
    ["also", ["*.tmp"]],
  ]);
  expect(scene.processes[0]?.spec.tidy?.key).toMatch(/^0\/1\/./);
  expect(scene.settle()).toEqual([]);
});

describe("onFailure: Retry", () => {
  test("B-PHA-10: onFailure: Retry runs the phase again with all its members, so often as is said, and then it fails", () => {
    const scene = aRun(2, { onFailure: "Retry", retries: 1 });
    const first = scene.processes.map(({ metadata }) => metadata.uid);
    scene.finish(/web-1/, 3);
    const writes = scene.settle();
    expect(writes).toEqual([
      "delete app-run-main-web-0",
      "delete app-run-main-web-1",
      "create app-run-main-web-0 e1",
      "create app-run-main-web-1 e1",
    ]);
    expect(scene.phase("run").status).toMatchObject({ state: "Open", round: 1, retries: 1 });
    expect(scene.processes.some(({ metadata }) => first.includes(metadata.uid))).toBe(false);
    scene.finish(/web-0/, 4);
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Failed 0\/2: .*web-0: main exited with 4$/);
  });

  test("a round that goes well after a failure is as good as any", () => {
    const scene = aRun(1, { onFailure: "Retry" });
    scene.finish(/./, 1);
    scene.settle();
    scene.finish(/./);
    scene.settle();
    expect(scene.tell("run")).toMatch(/^Released 1\/1/);
  });
});

describe("another run", () => {
  const batch: readonly PhaseDraft[] = [setup, { name: "work", after: ["setup"] }];
  const changed = (draft: PhaseDraft): PhaseDraft => ({ ...draft, processes: [{ ...once, args: ["again"] }] });

  function finished(phases: readonly PhaseDraft[]): Scene {
    const scene = new Scene({ members: { web: 2 }, phases });
    for (let round = 0; round < phases.length; round++) {
      scene.settle();
      scene.finish(/setup|work/);
      scene.report(/serve/, { state: "Ready" });
    }
    scene.settle();
    expect(phases.map(({ name }) => scene.phase(name).status?.state)).toEqual(phases.map(() => "Released"));
    return scene;
  }

  test("B-UPD-9: what only computes runs again, from the changed phase on", () => {
    const scene = finished(batch);
    scene.describe([setup, changed({ name: "work", after: ["setup"] })]);
    scene.settle();
    expect(scene.tell("setup")).toMatch(/^Released 2\/2/);
    expect(scene.phase("setup").status?.round).toBe(0);
    expect(scene.tell("work")).toMatch(/^Open 0\/2/);
    expect(scene.phase("work").status?.round).toBe(1);
    expect(scene.phase("work").status?.release).toBeUndefined();
    scene.finish(/work/);
    scene.settle();
    expect(scene.phase("work").status?.release?.round).toBe(1);
  });

  test("and all after the first, one after the other", () => {
    const scene = finished(batch);
    scene.describe([changed(setup), { name: "work", after: ["setup"] }]);
    scene.settle();
    expect(scene.tell("setup")).toMatch(/^Open 0\/2/);
    expect(scene.tell("work")).toMatch(/^Waiting -: waits for phase setup/);
  });

  test("no member is expected before it is admitted", () => {
    const scene = finished(batch);
    const before = scene.claims.slice(0, 1);
    scene.describe([changed(setup), { name: "work", after: ["setup"] }]);
    scene.claims = [...before, ...scene.claims.slice(1)];
    scene.settle();
    expect(scene.tell("setup")).toBe("Waiting -: 1 of 2 members of web are configured, 2 needed");
  });

  test("a service keeps its releases; its members go through them again", () => {
    const scene = finished([setup, serve]);
    const { release } = scene.phase("setup").status ?? {};
    scene.describe([changed(setup), serve]);
    scene.settle();
    expect(scene.phase("setup").status).toMatchObject({ state: "Released", round: 0, release });
    expect(scene.phase("serve").status?.state).toBe("Released");
    expect(conditionOf(scene, "setup", "Reconciling")).toBe("Updating");
  });

  test("what failed is tried anew with another revision, of a service too", () => {
    const scene = new Scene({ members: { web: 1 }, phases: [setup, serve] });
    scene.settle();
    scene.finish(/setup/, 1);
    scene.settle();
    scene.describe([changed(setup), serve]);
    scene.settle();
    expect(scene.tell("setup")).toMatch(/^Open 0\/1/);
    expect(scene.phase("setup").status?.round).toBe(1);
  });

  test("suspending ends the run, resuming begins another", () => {
    const scene = aRun(2);
    scene.finish(/./);
    scene.settle();
    scene.describe([{ name: "run", suspend: true }]);
    expect(scene.settle()).toEqual(["delete app-run-main-web-0", "delete app-run-main-web-1"]);
    expect(scene.tell("run")).toBe("Waiting -: suspended");
    expect(conditionOf(scene, "run", "Ready")).toBe("Suspended");
    scene.describe([{ name: "run" }]);
    expect(scene.settle()).toEqual(["create app-run-main-web-0 e1", "create app-run-main-web-1 e1"]);
    expect(scene.tell("run")).toMatch(/^Open 0\/2/);
    expect(scene.phase("run").status?.round).toBe(1);
  });
});

test("members leave with a suspended application: what was told stays", () => {
  const scene = aRun(2);
  scene.finish(/web-0/);
  scene.settle();
  const { status } = scene.phase("run");
  scene.components = scene.components.map((it) => ({ ...it, spec: { ...it.spec, suspend: true } }));
  scene.claims = [];
  expect(scene.settle()).toEqual([]);
  expect(scene.phase("run").status).toBe(status);
});
