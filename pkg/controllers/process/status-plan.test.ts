import { describe, expect, test } from "vitest";
import { aBoundClaim, aProcess } from "../../../test/support/builders.ts";
import { findCondition, isTrue, type ProcessStatus } from "../../api/index.ts";
import { orderedProcess } from "../../controller/index.ts";
import type { ProcessReport } from "../../protocol/index.ts";
import { type MachineView, type ProcessObservation, planStatus } from "./status-plan.ts";

const nowText = "2026-01-02T00:00:00.000000Z";
const web0 = aBoundClaim("web-0", "m1");

function report(state: ProcessReport["state"], more: Partial<ProcessReport> = {}): ProcessReport {
  return { uid: "uid-p", name: "p", revision: "r1", epoch: 1, state, restarts: 0, ports: {}, ...more };
}

const known = (state: ProcessReport["state"], more: Partial<ProcessReport> = {}): MachineView => ({
  kind: "known",
  report: report(state, more),
});

interface Scene extends Partial<ProcessObservation> {
  readonly suspend?: boolean;
  readonly status?: ProcessStatus;
  readonly limits?: Readonly<Record<string, unknown>>;
}

function plan(machine: MachineView, { suspend = false, status, limits, ...more }: Scene = {}): ProcessStatus {
  const process = aProcess("p", web0, {
    spec: { suspend, ...(limits !== undefined && { limits }) },
    ...(status !== undefined && { status }),
  });
  return planStatus({ process, claim: web0, machine, nowText, ...more });
}

/** "Ready: Ready=True Ready", and "Reconciling" and "Stalled=REASON" where they are true. */
function textOf(status: ProcessStatus): string {
  const ready = findCondition(status.conditions, "Ready");
  const stalled = findCondition(status.conditions, "Stalled");
  return [
    `${status.state}: Ready=${ready?.status} ${ready?.reason}`,
    ...(isTrue(status.conditions, "Reconciling") ? ["Reconciling"] : []),
    ...(stalled?.status === "True" ? [`Stalled=${stalled.reason}`] : []),
  ].join(", ");
}

test("what a process is made with is what is told of it until its machine reports", () => {
  const draft = aProcess("p", web0);
  const made = orderedProcess(draft, "m1", nowText);
  const process = { ...made, metadata: { ...made.metadata, generation: 1 } };
  const later = "2026-01-02T00:00:01.000000Z";
  const told = planStatus({ process, claim: web0, machine: { kind: "known" }, nowText: later });
  expect(told).toEqual(made.status);
  expect(textOf(told)).toBe("Pending: Ready=False Pending, Reconciling");
});

const messageOf = (status: ProcessStatus, type = "Ready"): string | undefined =>
  findCondition(status.conditions, type)?.message;

describe("what a machine reports", () => {
  test.each<[string, MachineView, string, string]>([
    [
      "Pending",
      known("Pending"),
      "Pending: Ready=False Pending, Reconciling",
      "Pending: Ready=False Pending, Reconciling",
    ],
    [
      "Starting",
      known("Starting"),
      "Starting: Ready=False Starting, Reconciling",
      "Starting: Ready=False Starting, Reconciling",
    ],
    [
      "Running",
      known("Running"),
      "Running: Ready=False Starting, Reconciling",
      "Running: Ready=False Starting, Reconciling",
    ],
    [
      "Running, its probe fails",
      known("Running", { reason: "NotReady", message: "connection refused" }),
      "Running: Ready=False ProbeFailed, Reconciling",
      "Running: Ready=False ProbeFailed, Reconciling",
    ],
    ["Ready", known("Ready"), "Ready: Ready=True Ready", "Ready: Ready=True Ready"],
    ["Exited with 0", known("Exited", { exitCode: 0 }), "Exited: Ready=True Exited", "Exited: Ready=False Stopped"],
    ["Exited with 3", known("Exited", { exitCode: 3 }), "Exited: Ready=False Failed", "Exited: Ready=False Stopped"],
    [
      "Exited by a signal",
      known("Exited", { signal: "KILL" }),
      "Exited: Ready=False Failed",
      "Exited: Ready=False Stopped",
    ],
    [
      "Failed",
      known("Failed"),
      "Failed: Ready=False Failed, Stalled=Failed",
      "Failed: Ready=False Failed, Stalled=Failed",
    ],
    [
      "Failed after restarts",
      known("Failed", { restarts: 4 }),
      "Failed: Ready=False Failed, Stalled=CrashLoop",
      "Failed: Ready=False Failed, Stalled=CrashLoop",
    ],
    [
      "Stopping",
      known("Stopping"),
      "Stopping: Ready=False Stopping, Reconciling",
      "Stopping: Ready=False Stopping, Reconciling",
    ],
    ["Lost", known("Lost"), "Lost: Ready=False Lost", "Lost: Ready=False Lost"],
    [
      "Pending after a restart",
      known("Pending", { restarts: 1 }),
      "Pending: Ready=False Restarting, Reconciling",
      "Pending: Ready=False Restarting, Reconciling",
    ],
    [
      "Pending after many",
      known("Pending", { restarts: 3 }),
      "Pending: Ready=False Restarting, Reconciling, Stalled=CrashLoop",
      "Pending: Ready=False Restarting, Reconciling, Stalled=CrashLoop",
    ],
    [
      "no such program",
      known("Pending", { reason: "CommandNotFound" }),
      "Pending: Ready=False Pending, Reconciling, Stalled=CommandNotFound",
      "Pending: Ready=False Pending, Reconciling, Stalled=CommandNotFound",
    ],
    ["no report yet", { kind: "known" }, "Pending: Ready=False Pending, Reconciling", "Exited: Ready=False Stopped"],
    [
      "no machine yet",
      { kind: "unbound", message: "waits for a machine" },
      "Pending: Ready=False Pending, Reconciling",
      "Exited: Ready=False Stopped",
    ],
  ])("%s", (_name, machine, running, suspended) => {
    expect(textOf(plan(machine))).toBe(running);
    expect(textOf(plan(machine, { suspend: true }))).toBe(suspended);
  });

  test("all of a report is told, and nothing of an earlier one stays", () => {
    const full = report("Running", {
      pid: 7,
      restarts: 2,
      message: "m",
      startedAt: "2026-01-01T00:00:00Z",
      ports: { http: 8080 },
    });
    const before = plan({ kind: "known", report: full });
    expect(before).toMatchObject({
      state: "Running",
      pid: 7,
      restarts: 2,
      message: "m",
      ports: { http: 8080 },
      epoch: 1,
      revision: "r1",
      resourceName: "m1",
      startedAt: "2026-01-01T00:00:00Z",
    });
    const after = plan(known("Exited", { exitCode: 0 }), { status: before });
    for (const field of ["pid", "message", "ports", "startedAt"]) expect(after).not.toHaveProperty(field);
  });

  test("a bad end is told with the last that was printed", () => {
    const status = plan(known("Failed", { exitCode: 3, restarts: 2, output: "no space left\n" }));
    expect(messageOf(status)).toBe("exited with 3, restarted 2 times; last output: no space left");
    expect(messageOf(status, "Stalled")).toBe(messageOf(status));
  });

  test("B-FIL-22: limits that are not held are told, and that they are held only to who asked", () => {
    const limits = { memory: "1Gi" };
    const reasonOf = (status: ProcessStatus) => findCondition(status.conditions, "LimitsPartial")?.reason;
    const partial = plan(known("Ready", { limitsPartial: true }), { limits });
    expect(reasonOf(partial)).toBe("NoControlGroups");
    expect(reasonOf(plan(known("Ready"), { limits, status: partial }))).toBe("LimitsHeld");
    expect(reasonOf(plan(known("Ready"), { limits }))).toBe("LimitsHeld");
    expect(reasonOf(plan(known("Ready")))).toBeUndefined();
  });
});

describe("what keeps a process from being started", () => {
  const fault = { reason: "ReferenceNotFound", message: "waits for Secret db, key user of ConfigMap app" } as const;

  test.each<[string, MachineView]>([
    ["no machine yet", { kind: "unbound", message: "waits for a machine" }],
    ["no report yet", { kind: "known" }],
  ])("%s: the process stands still and says for what", (_name, machine) => {
    const status = plan(machine, { fault });
    expect(textOf(status)).toBe("Pending: Ready=False ReferenceNotFound, Reconciling, Stalled=ReferenceNotFound");
    expect(messageOf(status)).toBe("waits for Secret db, key user of ConfigMap app");
  });

  test.each(["TemplateInvalid", "UserForbidden"] as const)("%s stands in the conditions too", (reason) => {
    const status = plan({ kind: "known" }, { fault: { reason, message: "why" } });
    expect(textOf(status)).toBe(`Pending: Ready=False ${reason}, Reconciling, Stalled=${reason}`);
  });

  test("what runs already goes on", () => {
    const status = plan(known("Ready"), { fault });
    expect(textOf(status)).toBe("Ready: Ready=True Ready");
    expect(messageOf(status, "ValuesCurrent")).toBe(`goes on with what it was given; ${fault.message}`);
    expect(findCondition(plan(known("Ready"), { status }).conditions, "ValuesCurrent")?.status).toBe("True");
    expect(findCondition(plan(known("Ready")).conditions, "ValuesCurrent")).toBeUndefined();
  });

  test("once all is there, nothing stands still any more", () => {
    const before = plan({ kind: "known" }, { fault });
    expect(textOf(plan({ kind: "known" }, { status: before }))).toBe("Pending: Ready=False Pending, Reconciling");
  });
});

describe("a machine that does not answer", () => {
  const ready = plan(known("Ready", { pid: 7 }));
  const away: MachineView = { kind: "unknown", message: "m1 does not answer: no beat" };

  test("the last word stands, and Ready says that it may be out of date", () => {
    const status = plan(away, { status: ready });
    expect(textOf(status)).toBe("Ready: Ready=Unknown HostLost");
    expect(status).toMatchObject({ state: "Ready", pid: 7, epoch: 1, revision: "r1" });
    expect(textOf(plan(known("Ready", { pid: 7 }), { status }))).toBe("Ready: Ready=True Ready");
  });

  test("nothing changes while nothing can be said", () => {
    const looking: MachineView = { kind: "unsettled", message: "m1 is being looked for" };
    expect(plan(looking, { status: ready })).toEqual({ ...ready, observedGeneration: 1 });
    expect(textOf(plan(looking))).toBe("Pending: Ready=False Pending, Reconciling");
  });

  test("of another machine than the last word was about there is no word", () => {
    const claim = aBoundClaim("web-0", "m2", { epoch: 2 });
    const status = plan({ kind: "unknown", message: "m2 is being reached" }, { status: ready, claim });
    expect(textOf(status)).toBe("Pending: Ready=False Pending, Reconciling");
    expect(status.resourceName).toBe("m2");
    expect(status.epoch).toBeUndefined();
  });
});

describe("a claim that is released", () => {
  const released: MachineView = { kind: "released", message: "its claim was released" };

  test.each<[string, MachineView, string]>([
    ["what ran is over", known("Ready", { pid: 7 }), "Exited: Ready=False Stopped"],
    ["a good end stays told", known("Exited", { exitCode: 0 }), "Exited: Ready=True Exited"],
    ["a bad end stays told", known("Exited", { exitCode: 3 }), "Exited: Ready=False Failed"],
    ["so does giving up", known("Failed"), "Failed: Ready=False Failed, Stalled=Failed"],
  ])("%s", (_name, machine, expected) => {
    const status = plan(released, { status: plan(machine) });
    expect(textOf(status)).toBe(expected);
    expect(status.pid).toBeUndefined();
  });
});

test("the same again changes nothing: conditions keep their times", () => {
  const first = plan(known("Ready"));
  expect(plan(known("Ready"), { status: first, nowText: "2026-01-03T00:00:00.000000Z" })).toEqual(first);
});
