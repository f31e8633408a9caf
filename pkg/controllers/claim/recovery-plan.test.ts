import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBoundClaim, aProcess, aReport, connected, lost } from "../../../test/support/builders.ts";
import type { Claim, ClaimStatus, Process } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { decideFor, now, type Scene, textOf } from "./fixtures/scene.ts";

describe("a lost machine", () => {
  test.each<[string, HostObservation, Scene, string]>([
    ["alive", connected(), {}, "stay"],
    ["being judged", lost("judging", now), {}, "stay"],
    ["its agent dead", lost("agentDead", now - 60_000), {}, "stay"],
    ["dead", lost("dead", now - 1500), {}, "place"],
    ["down", lost("down", now - 500), {}, "place"],
    ["dead, host.after not over", lost("dead", now - 1500), { recovery: { host: { after: "5m" } } }, "stay: wait"],
    ["dead, told to wait", lost("dead", now - 1500), { recovery: { host: { action: "Wait" } } }, "stay: wait"],
    ["unreachable for 9 s", lost("unreachable", now - 9000), {}, "stay: wait"],
    ["unreachable for 10 s", lost("unreachable", now - 10_000), {}, "place"],
    ["one of too many", lost("dead", now - 1500), { braked: true }, "stay: Braked"],
    [
      "not reached since the server's start",
      { state: "connecting", sinceAt: now - 20_000, step: "connecting" },
      {},
      "stay",
    ],
    [
      "not reached, and seen to be dead",
      { state: "connecting", sinceAt: now - 40_000, step: "connecting", verdict: "dead" },
      {},
      "place",
    ],
    ["no Resource any more", connected(), { gone: true }, "place"],
    ["deleted, alive", connected(), { leaving: true }, "place"],
    [
      "the only one that will do",
      lost("dead", now - 1500),
      { claim: aBoundClaim("web-0", "m1", { spec: { targetResourceName: "m1" } }) },
      "stay: wait",
    ],
  ])("%s", (_name, observation, scene, expected) => {
    expect(textOf(decideFor(observation, scene))).toBe(expected);
  });

  test("waits exactly as long as needed", () => {
    const decision = decideFor(lost("unreachable", now - 9000));
    expect(decision).toMatchObject({ hold: { recheckAfterMs: 1000 } });
  });
});

describe("B-RST-2: a member that was bound before a restore", () => {
  const claim = aBoundClaim("web-0", "m1");
  const removed = { epoch: 1, at: "", stopped: [], removed: [], kept: [], failures: [] };
  const later = aReport(aBoundClaim("web-0", "m1", { epoch: 2 }));
  const epochFloor = 1000;
  test.each<[string, HostObservation, Scene, string]>([
    ["is on its machine", connected([aReport(claim)]), { epochFloor }, "stay"],
    ["is not there", connected(), { epochFloor }, "place here"],
    ["was removed there", connected([{ ...aReport(claim), receipt: removed }]), { epochFloor }, "place here"],
    ["is there at a later epoch", connected([later]), { epochFloor }, "place here"],
    ["is not there, and the machine takes nothing new", connected(), { epochFloor, cordoned: true }, "place"],
    ["is on a machine that is not heard yet", { state: "connecting", sinceAt: now, step: "" }, { epochFloor }, "stay"],
    ["was bound since", connected(), { epochFloor, claim: aBoundClaim("web-0", "m1", { epoch: 1000 }) }, "stay"],
    ["is not there, and there was no restore", connected(), {}, "stay"],
  ])("%s", (_name, observation, scene, expected) => {
    const decision = decideFor(observation, scene);
    expect(decision.kind === "place" && decision.here === true ? "place here" : textOf(decision)).toBe(expected);
  });
});

describe("a lost machine whose work holds a lease", () => {
  const lease = { waitMs: 4000, untilAt: now + 4000 };

  test.each<[string, HostObservation, Scene, string]>([
    ["dead", lost("dead", now - 1500), { lease }, "stay: wait"],
    ["unreachable for long", lost("unreachable", now - 60_000), { lease }, "stay: wait"],
    ["its sshd gone", lost("down", now - 500), { lease }, "stay: wait"],
    ["its agent dead", lost("agentDead", now - 500), { lease }, "stay"],
    ["up", connected(), { lease }, "stay"],
    ["leaving in good order: the next holder waits for it by itself", connected(), { lease, leaving: true }, "place"],
    ["dead, and the lease is over", lost("dead", now - 1500), {}, "place"],
  ])("%s", (_name, observation, scene, expected) => {
    expect(textOf(decideFor(observation, scene))).toBe(expected);
  });

  test("says until when, and looks again then", () => {
    expect(decideFor(lost("dead", now - 1500), { lease })).toMatchObject({
      hold: {
        isForLease: true,
        recheckAfterMs: 4000,
        message: expect.stringContaining("may hold its lease until 2026-01-02T00:00:04Z"),
      },
    });
  });
});

describe("budgets", () => {
  const replaced = (minutesAgo: number, reason = "HostLost") => ({
    at: new Date(now - minutesAgo * 60_000).toISOString(),
    from: "m0",
    reason,
  });
  const withHistory = (...replacements: NonNullable<ClaimStatus["replacements"]>): Claim =>
    aBoundClaim("web-0", "m1", { epoch: 4, status: { replacements } });

  test.each<[string, Claim, string]>([
    ["two within the hour", withHistory(replaced(5), replaced(1)), "place"],
    ["three within the hour", withHistory(replaced(50), replaced(5), replaced(1)), "stay: ReplacementsUsedUp"],
    ["three, one of them older", withHistory(replaced(61), replaced(5), replaced(1)), "place"],
    ["moves in good order do not count", withHistory(replaced(3, "Draining"), replaced(2), replaced(1)), "place"],
  ])("%s", (_name, claim, expected) => {
    expect(textOf(decideFor(lost("dead", now - 1500), { claim }))).toBe(expected);
  });

  test("B-REC-2: no more than maxConcurrent members are replaced at once", () => {
    const recovering = (ordinal: number): Claim =>
      aBoundClaim(`web-${ordinal}`, `m${ordinal + 1}`, {
        epoch: 2,
        status: { failure: { reason: "HostLost", message: "", epoch: 1 } },
      });
    const claim = aBoundClaim("web-0", "m1");
    const calm = [3, 4].map((ordinal) => aBoundClaim(`web-${ordinal}`, `m${ordinal + 1}`));
    const two = [claim, recovering(1), recovering(2), ...calm];
    expect(textOf(decideFor(lost("dead", now - 1500), { claim, siblings: two }))).toBe("stay: wait");
    const one = [claim, recovering(1), aBoundClaim("web-2", "m3"), ...calm];
    expect(textOf(decideFor(lost("dead", now - 1500), { claim, siblings: one }))).toBe("place");
  });

  test("B-FIN-6: a machine is emptied as slowly as an update goes", () => {
    const claim = aBoundClaim("web-0", "m1");
    const others = [aBoundClaim("web-1", "m2", { status: { state: "Configured" } })];
    expect(textOf(decideFor(connected(), { leaving: true, claim, siblings: [claim, ...others] }))).toBe("stay: wait");
  });
});

describe("whose fault a failure is", () => {
  const claim = aBoundClaim("web-0", "m1");
  const other = aBoundClaim("web-1", "m2");
  const failed = aProcess("web-0-server", claim, {
    status: { state: "Failed", epoch: 1, revision: "r1", output: "boom" },
  });
  const ready = (revision: string): Process =>
    aProcess("web-1-server", other, {
      spec: { revision },
      status: { state: "Ready", epoch: 1, revision, resourceName: "m2" },
    });

  test.each<[string, Scene, string]>([
    ["it works nowhere: the application's", { siblingProcesses: [failed] }, "stay: CrashLoop"],
    ["it works elsewhere: the machine's", { siblingProcesses: [failed, ready("r1")] }, "place"],
    ["another revision works elsewhere", { siblingProcesses: [failed, ready("r0")] }, "stay: CrashLoop"],
  ])("%s", (_name, scene, expected) => {
    const decision = decideFor(connected([aReport(claim)]), { claim, processes: [failed], ...scene });
    expect(textOf(decision)).toBe(expected);
  });

  test("a failure of an earlier epoch says nothing", () => {
    const moved = aBoundClaim("web-0", "m1", { epoch: 2 });
    expect(textOf(decideFor(connected([aReport(moved)]), { claim: moved, processes: [failed] }))).toBe("stay");
  });
});

const anyObservation: fc.Arbitrary<HostObservation> = fc.oneof(
  fc.constant(connected()),
  fc.record({ state: fc.constant("connecting" as const), sinceAt: fc.constant(now), step: fc.constant("connecting") }),
  fc
    .tuple(fc.constantFrom("judging", "dead", "down", "unreachable", "agentDead"), fc.nat(60_000))
    .map(([verdict, ms]) => lost(verdict as "dead", now - ms)),
);

test("nothing is moved because of what is not known, nor while the brake is on", () => {
  fc.assert(
    fc.property(anyObservation, fc.boolean(), fc.nat(6), (observation, braked, history) => {
      const replacements = Array.from({ length: history }, () => ({
        at: new Date(now - 60_000).toISOString(),
        from: "m0",
        reason: "HostLost",
      }));
      const claim = aBoundClaim("web-0", "m1", { epoch: 9, status: { replacements } });
      const decision = decideFor(observation, { claim, braked });
      if (decision.kind === "stay") return;
      expect(observation.state).toBe("lost");
      expect(observation.state === "lost" && ["dead", "down", "unreachable"].includes(observation.verdict)).toBe(true);
      expect(braked).toBe(false);
      expect(history).toBeLessThan(3);
    }),
  );
});
