import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aPool, aResource, connected, lost } from "../../../test/support/builders.ts";
import type { Residue, Resource, ResourceStatus } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { planResource } from "./plan.ts";
import { planQuarantine } from "./quarantine-plan.ts";
import { transitions } from "./transitions.ts";

const start = Date.parse("2026-01-02T00:00:00Z");
const minute = 60_000;
const text = (at: number): string => new Date(at).toISOString().replace(".000", "");

function left(application: string, reason: string, at: number, epoch = 1): Residue {
  const claimName = `${application}-web-0`;
  return { claimUid: `uid-${claimName}`, claimName, namespace: "default", application, epoch, since: text(at), reason };
}

/** A machine through time: what was left on it, and what is known of it. */
class Machine {
  status: ResourceStatus = { state: "Free" };
  annotations: Readonly<Record<string, string>> = {};

  resource(): Resource {
    return aResource("m1", { metadata: { annotations: this.annotations }, status: this.status });
  }

  /** "until MINUTES, strike N", or "free". */
  look(at: number, ...residue: readonly Residue[]): string {
    this.status = { ...this.status, residue };
    const { quarantine, faults } = planQuarantine(this.resource(), at);
    const { quarantine: _q, faults: _f, ...rest } = this.status;
    this.status = { ...rest, ...(faults && { faults }), ...(quarantine && { quarantine }) };
    if (quarantine === undefined) return "free";
    return `${(Date.parse(quarantine.until) - start) / minute}m, strike ${quarantine.strikes}`;
  }
}

describe("B-REC-22: a machine that fails is left alone for a while", () => {
  test("a minute the first time, twice as long with each further strike, an hour at most", () => {
    const machine = new Machine();
    const lengths = Array.from({ length: 8 }, (_, index) => {
      const at = start + index * 120 * minute;
      const told = machine.look(at, left("shop", "HostLost", at, index + 1));
      const [until = ""] = told.split("m");
      return Number(until) - index * 120;
    });
    expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test("it ends by itself, and is remembered; after a quiet day all is forgotten", () => {
    const machine = new Machine();
    const first = left("shop", "HostLost", start);
    expect(machine.look(start, first)).toBe("1m, strike 1");
    expect(machine.look(start + minute - 1, first)).toBe("1m, strike 1");
    expect(machine.look(start + minute, first)).toBe("free");
    expect(machine.look(start + 2 * minute)).toBe("free");
    expect(machine.status.faults).toMatchObject({ strikes: 1, counted: [] });
    expect(machine.look(start + 1441 * minute)).toBe("free");
    expect(machine.status.faults).toBeUndefined();
  });

  test("all that leave it because of one loss are one strike", () => {
    const machine = new Machine();
    machine.status = { ...machine.status, lostAt: text(start) };
    const first = left("shop", "HostLost", start);
    machine.look(start, first);
    // maxConcurrent may let the last one go much later.
    const last = left("bank", "HostLost", start + 5 * minute);
    expect(machine.look(start + 5 * minute, first, last)).toBe("free");
    expect(machine.status.faults?.strikes).toBe(1);
  });

  test.each<[string, string[], string]>([
    ["failures of one application, however many", ["shop CrashLoop", "shop InstallFailed", "shop CrashLoop"], "free"],
    ["failures of two", ["shop CrashLoop", "bank InstallFailed"], "1m, strike 1"],
    ["a full disk", ["shop DiskFull"], "1m, strike 1"],
    ["members that left in good order", ["shop Draining", "bank Draining"], "free"],
    ["members that a hook took away", ["shop CrashLoop, replaced as hook x said", "bank Replaced"], "free"],
    ["pressure, which keeps work off by itself", ["shop Pressure", "bank Pressure"], "free"],
  ])("%s", (_name, leavers, expected) => {
    const residue = leavers.map((leaver, index) => {
      const [application = "", ...reason] = leaver.split(" ");
      return left(application, reason.join(" "), start, index + 1);
    });
    expect(new Machine().look(start, ...residue)).toBe(expected);
  });

  test("plush uncordon ends and forgets it, though what was left is still there", () => {
    const machine = new Machine();
    const first = left("shop", "HostLost", start);
    machine.look(start, first);
    machine.annotations = { "plush.dev/pardoned-at": text(start + 10_000) };
    expect(machine.look(start + 10_000, first)).toBe("free");
    expect(machine.look(start + 20_000)).toBe("free");
    const again = start + 10 * minute;
    expect(machine.look(again, left("shop", "HostLost", again, 2))).toBe("11m, strike 1");
  });

  test("looking more often changes nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 20 }), (pauses) => {
        const [often, once] = [new Machine(), new Machine()];
        const residue = [left("shop", "HostLost", start), left("bank", "CrashLoop", start)];
        let at = start;
        for (const pause of [0, ...pauses]) {
          at += pause * 1000;
          often.look(at, ...residue);
        }
        once.look(start, ...residue);
        expect(often.look(at, ...residue)).toBe(once.look(at, ...residue));
      }),
    );
  });
});

describe("what is told of it", () => {
  const at = start + 10_000;
  const faults = { strikes: 1, at: text(start), reason: "HostLost", failures: [], counted: [] };
  const status: ResourceStatus = { state: "Claimed", agent: { version: "v1" }, faults };
  const plan = (observation: HostObservation, before: ResourceStatus = status) => {
    const resource = aResource("m1", { status: before });
    return { resource, ...planResource({ resource, observation, monitors: aPool("lab").spec.monitors, nowAt: at }) };
  };

  test("state, condition, Event, and when to look again", () => {
    const { resource, status: next, recheckAfterMs } = plan(connected());
    expect(next.state).toBe("Quarantined");
    expect(recheckAfterMs).toBe(50_000);
    const told = next.conditions?.filter(({ reason }) => reason === "Quarantined").map(({ type }) => type);
    expect(told).toEqual(["Ready", "Quarantined"]);
    expect(transitions(resource, next, at).find(({ reason }) => reason === "Quarantined")?.message).toBe(
      "takes nothing new for 1m, until 2026-01-02T00:01:00Z: HostLost (strike 1); plush uncordon ends it",
    );
    const over = aResource("m1", { status: next });
    expect(transitions(over, { state: "Free" }, at).map(({ reason }) => reason)).toContain("QuarantineEnded");
  });

  test("a machine that is still away is told as away, and in quarantine too", () => {
    const { status: next } = plan(lost("dead", start));
    expect(next).toMatchObject({ state: "Unreachable", quarantine: { strikes: 1 } });
  });
});
