import { describe, expect, test } from "vitest";
import { aBoundClaim, aComponent, aReadyResource, aReport, connected, lost } from "../../../test/support/builders.ts";
import { type Claim, findCondition, type MonitorStatus } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import type { MonitorReport } from "../../protocol/index.ts";
import type { ClaimWorld } from "./observe.ts";
import { assess, decide } from "./plan.ts";
import { claimStatus } from "./status-plan.ts";

const start = Date.parse("2026-01-02T00:00:00Z");
const at = (afterMs: number): string => new Date(start + afterMs).toISOString();

const diskLow = { type: "DiskPressure", status: "True", reason: "DiskLow", message: "1Mi are free" } as const;
const failing: MonitorReport = { name: "gpu", state: "Failing", since: at(0), message: "exit code 3: no device" };
const replacing = { pressure: { action: "Replace", after: "2m" } };

interface Scene {
  readonly claim?: Claim;
  readonly recovery?: Readonly<Record<string, unknown>>;
  readonly disk?: boolean;
  readonly monitors?: readonly MonitorReport[];
  readonly siblings?: readonly Claim[];
  readonly nowAt?: number;
}

function look(scene: Scene) {
  const { claim = aBoundClaim("web-0", "m1"), recovery = {}, disk = false, monitors = [] } = scene;
  const { siblings = [claim], nowAt = start + durationMs("5m") } = scene;
  const component = aComponent("web", { spec: { recovery } });
  const rows = disk ? [{ ...diskLow, lastTransitionTime: at(0) }] : [];
  const resource = aReadyResource("m1", { status: { conditions: rows } });
  const observation = connected([aReport(claim, monitors.length === 0 ? {} : { monitors })]);
  const world: ClaimWorld = {
    claim,
    component,
    software: [],
    phases: [],
    processes: [],
    resource,
    observation,
    nowAt,
  };
  const assessment = assess(world);
  const recoveryWorld = { claim, component, siblings, siblingProcesses: [], braked: false, hooks: [], nowAt };
  const decision = decide(world, assessment, () => recoveryWorld);
  return { world, assessment, decision, status: claimStatus({ world, assessment, decision }) };
}

function sibling(name: string, state: MonitorStatus["state"]): Claim {
  return aBoundClaim(name, `${name}-machine`, { status: { monitors: [{ name: "gpu", state }] } });
}

test("B-HEA-7: what a member suffers from is a condition of its claim, with the reason and the output", () => {
  const { status } = look({ disk: true, monitors: [failing] });
  expect(findCondition(status.conditions, "Pressure")).toMatchObject({
    status: "True",
    reason: "DiskPressure",
    message: "DiskPressure on m1: 1Mi are free; monitor gpu fails on m1: exit code 3: no device",
  });
  // It works on; nobody asked for more than to be told.
  expect(findCondition(status.conditions, "Ready")?.status).toBe("True");
  expect(status.monitors).toEqual([failing]);
  expect(findCondition(look({}).status.conditions, "Pressure")?.status).toBe("False");
});

test("what a monitor said holds until an agent that was started anew knows better", () => {
  const claim = aBoundClaim("web-0", "m1", { status: { monitors: [failing] } });
  expect(look({ claim, monitors: [{ name: "gpu", state: "Unknown" }] }).status.monitors).toEqual([failing]);
  const elsewhere = aBoundClaim("web-0", "m1", { epoch: 2, status: { epoch: 1, monitors: [failing] } });
  expect(look({ claim: elsewhere, monitors: [{ name: "gpu", state: "Unknown" }] }).assessment.pressure).toBeUndefined();
});

describe("B-HEA-8: pressure that lasts", () => {
  test.each<[string, Scene, string]>([
    ["is told and no more, by default", { disk: true }, "stay"],
    ["is waited out", { disk: true, recovery: replacing, nowAt: start + durationMs("119s") }, "stay wait"],
    ["moves the member to another machine", { disk: true, recovery: replacing }, "place"],
    ["is the machine's where a monitor is asked nowhere else", { monitors: [failing], recovery: replacing }, "place"],
    [
      "is the machine's where the monitor passes elsewhere",
      {
        monitors: [failing],
        recovery: replacing,
        siblings: [sibling("web-1", "Failing"), sibling("web-2", "Passing")],
      },
      "place",
    ],
    [
      "is the application's where the monitor fails everywhere",
      { monitors: [failing], recovery: replacing, siblings: [sibling("web-1", "Failing")] },
      "stay blocked",
    ],
    [
      "counts for the replacements of an hour",
      { disk: true, recovery: { ...replacing, maxReplacements: 0 } },
      "stay blocked",
    ],
  ])("%s", (_name, scene, expected) => {
    const { decision, status } = look(scene);
    const hold = decision.kind === "stay" ? decision.hold : undefined;
    expect([decision.kind, ...(hold === undefined ? [] : [hold.kind])].join(" ")).toBe(expected);
    // Whatever is decided, it goes on until there is another place.
    expect(findCondition(status.conditions, "Ready")?.status).toBe("True");
  });

  test("is looked at again exactly when it has lasted", () => {
    const { decision } = look({ disk: true, recovery: replacing, nowAt: start + durationMs("90s") });
    expect(decision).toMatchObject({ hold: { recheckAfterMs: 30_000 } });
  });
});

test("of a machine that is away nobody knows whether it is short of anything", () => {
  const claim = aBoundClaim("web-0", "m1");
  const { world } = look({ claim, disk: true });
  expect(assess({ ...world, observation: lost("dead", start) }).pressure).toBeUndefined();
});
