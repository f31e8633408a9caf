import { describe, expect, test } from "vitest";
import {
  aBoundClaim,
  aHost,
  aReadyResource,
  aReport,
  aResource,
  connected,
  lost,
} from "../../../test/support/builders.ts";
import { findCondition, type Resource, type ResourceStatus } from "../../api/index.ts";
import type { ConnectFailureReason, HostObservation } from "../../fabric/index.ts";
import type { Receipt } from "../../protocol/index.ts";
import { defaultMonitors, type ResourceObservation } from "./observe.ts";
import { planResource } from "./plan.ts";
import { settleAttributes } from "./report-plan.ts";
import { transitions } from "./transitions.ts";

const now = Date.parse("2026-01-02T00:00:00Z");

function plan(resource: Resource, observation: HostObservation, over: Partial<ResourceObservation> = {}) {
  return planResource({ resource, observation, monitors: defaultMonitors, nowAt: now, ...over });
}

function failing(reason: ConnectFailureReason, over: Partial<HostObservation> = {}): HostObservation {
  const failure = { reason, message: "it said no", attempts: 3, lastAt: now, nextAt: now + 4700 };
  return { state: "connecting", sinceAt: now - 5000, step: "connecting", failure, ...over } as HostObservation;
}

const known = { agent: { version: "v1" }, state: "Free" } as const;
const held = { claimUid: "uid-web-0", claimName: "web-0", namespace: "default", component: "web", epoch: 1 };
const owed = { claimUid: "uid-web-0", claimName: "web-0", namespace: "default", epoch: 1, since: "", reason: "" };

const rowOf = (status: ResourceStatus, type = "Ready"): string => {
  const condition = findCondition(status.conditions, type);
  return `${status.state}: ${type}=${condition?.status} ${condition?.reason}`;
};

describe("how a machine is", () => {
  test.each<[string, ResourceStatus | undefined, HostObservation, string]>([
    ["new", undefined, { state: "connecting", sinceAt: 0, step: "connecting" }, "Pending: Ready=False Connecting"],
    [
      "coming up",
      undefined,
      { state: "connecting", sinceAt: 0, step: "uploading agent" },
      "Bootstrapping: Ready=False Connecting",
    ],
    [
      "known, not reached since the start",
      known,
      { state: "connecting", sinceAt: 0, step: "connecting" },
      "Pending: Ready=Unknown Connecting",
    ],
    ["known, failing since the start", known, failing("Unreachable"), "Unreachable: Ready=Unknown Unreachable"],
    [
      "known, judged dead since the start",
      known,
      failing("Unreachable", { verdict: "dead" } as never),
      "Unreachable: Ready=False Unreachable",
    ],
    ["new, nothing answers", undefined, failing("Unreachable"), "Unreachable: Ready=False Unreachable"],
    ["wrong key", undefined, failing("AuthenticationFailed"), "Failed: Ready=False AuthenticationFailed"],
    ["free", undefined, connected(), "Free: Ready=True AgentReady"],
    ["claimed", { allocations: [held] }, connected(), "Claimed: Ready=True AgentReady"],
    ["in debt", { residue: [owed] }, connected(), "Draining: Ready=True AgentReady"],
    [
      "short of disk",
      undefined,
      connected([], { ...aHost, attributes: { "disk.free": 1000 } }),
      "Degraded: Ready=True DiskPressure",
    ],
    ["being judged", known, lost("judging", now), "Unreachable: Ready=Unknown Lost"],
    ["dead", known, lost("dead", now), "Unreachable: Ready=False Lost"],
    ["unreachable", known, lost("unreachable", now), "Unreachable: Ready=Unknown Lost"],
  ])("%s", (_name, status, observation, expected) => {
    expect(rowOf(plan(aResource("m1", status && { status }), observation).status)).toBe(expected);
  });

  test("what fails says host, cause, mend and pause, and stalls where a person must act", () => {
    const { status } = plan(aResource("m1"), failing("AuthenticationFailed"));
    expect(findCondition(status.conditions, "Stalled")).toMatchObject({
      status: "True",
      reason: "AuthenticationFailed",
    });
    expect(findCondition(status.conditions, "Ready")?.message).toBe("m1 (m1:22): it said no; tried again every 5s");
    expect(rowOf(plan(aResource("m1"), failing("Unreachable")).status, "Stalled")).toContain("Stalled=False");
  });

  test("a cordoned machine is ready, and says that it takes nothing new", () => {
    const cordoned = aResource("m1", { spec: { unschedulable: true } });
    expect(rowOf(plan(cordoned, connected()).status)).toBe("Free: Ready=True Cordoned");
  });

  test("a missing Secret is a condition that names it", () => {
    const fault = { reason: "ReferenceNotFound", message: "Secret default/key is not there" } as const;
    const { status } = plan(aResource("m1"), { state: "connecting", sinceAt: 0, step: "not attached" }, { fault });
    expect(findCondition(status.conditions, "Stalled")).toMatchObject({ status: "True", message: fault.message });
  });

  test("the verdict and when it was lost are written, and taken back", () => {
    const away = plan(aResource("m1", { status: known }), lost("dead", now - 2000)).status;
    expect(away).toMatchObject({ verdict: "dead", lostAt: "2026-01-01T23:59:58.000000Z", evidence: "no beat" });
    const restarted = plan(aResource("m1", { status: away }), {
      state: "connecting",
      sinceAt: now - 6000,
      step: "connecting",
    }).status;
    expect(restarted.verdict).toBeUndefined();
    expect(restarted.lostAt).toBe(away.lostAt);
    expect(plan(aResource("m1", { status: restarted }), connected()).status.lostAt).toBeUndefined();
  });

  test("right after the server's start a machine is what it was", () => {
    const first = plan(aResource("m1"), connected()).status;
    const restarted: HostObservation = { state: "connecting", sinceAt: now - 1000, step: "connecting" };
    expect(plan(aResource("m1", { status: first }), restarted)).toMatchObject({ status: first, recheckAfterMs: 4000 });
  });

  test("nothing is written for a machine that is as it was", () => {
    const first = plan(aResource("m1"), connected()).status;
    const drifted = connected([], { ...aHost, attributes: { ...aHost.attributes } });
    expect(plan(aResource("m1", { status: first }), drifted, { nowAt: now + 60_000 }).status).toEqual(first);
  });
});

test("measurements are written when they have changed noticeably", () => {
  const before = { "load.1m": 1, "memory.free": 2 ** 30, "cpu.cores": 4, os: "linux" };
  const noise = { "load.1m": 1.4, "memory.free": 2 ** 30 - 2 ** 20, "cpu.cores": 4, os: "linux" };
  expect(settleAttributes(before, noise)).toEqual(before);
  expect(settleAttributes(before, { ...noise, "load.1m": 3, "cpu.cores": 8 })).toEqual({
    ...before,
    "load.1m": 3,
    "cpu.cores": 8,
  });
});

describe("host keys", () => {
  const pinned = aResource("m1", { status: { ...known, hostKey: "SHA256:old" } });
  const presented = failing("HostKeyChanged");

  test("the first one is pinned, and stays", () => {
    const first = { ...connected(), hostKey: "SHA256:new" } as HostObservation;
    expect(plan(aResource("m1"), first).status.hostKey).toBe("SHA256:new");
    expect(plan(pinned, first).status.hostKey).toBe("SHA256:old");
  });

  test("another one is trusted by a person's word", () => {
    const changed = plan(pinned, {
      ...presented,
      failure: { ...(presented as never as { failure: object }).failure, presentedHostKey: "SHA256:new" },
    } as HostObservation);
    expect(changed.status).toMatchObject({ state: "Failed", hostKey: "SHA256:old", presentedHostKey: "SHA256:new" });
    expect(changed.retry).toBe(false);
    const trusted = {
      ...pinned,
      metadata: { ...pinned.metadata, annotations: { "plush.dev/trust-host-key": "SHA256:new" } },
    };
    expect(plan(trusted, presented)).toMatchObject({ status: { hostKey: "SHA256:new" }, retry: true });
  });
});

describe("what a machine still holds", () => {
  const claim = aBoundClaim("web-0", "m1");
  const receipt = (epoch: number): Receipt => ({ epoch, at: "", stopped: [], removed: [], kept: [], failures: [] });
  const removed = (epoch: number) => connected([aReport(claim, { state: "Removed", receipt: receipt(epoch) })]);

  test("a debt is paid by a receipt for its epoch, and forgotten by the agent only after that is stored", () => {
    const indebted = aResource("m1", { status: { residue: [owed] } });
    expect(plan(indebted, connected()).status.residue).toEqual([owed]);
    expect(plan(indebted, removed(0)).status.residue).toEqual([owed]);
    const paid = plan(indebted, removed(1));
    expect(paid.status.residue).toEqual([]);
    expect(paid.acknowledge).toEqual([]);
    expect(plan(aResource("m1", { status: paid.status }), removed(1)).acknowledge).toEqual(["uid-web-0"]);
  });

  test("B-RST-3: a debt is paid where the claim is there at a later epoch, by a server that was replaced by an older copy since", () => {
    const indebted = aResource("m1", { status: { residue: [owed] } });
    expect(plan(indebted, connected([aReport(claim)])).status.residue).toEqual([owed]);
    const { status } = plan(indebted, connected([aReport(aBoundClaim("web-0", "m1", { epoch: 2 }))]));
    expect(status.residue).toEqual([]);
  });

  test("a receipt that the claim waits for is kept", () => {
    expect(plan(aResource("m1", { status: { allocations: [held] } }), removed(1)).acknowledge).toEqual([]);
  });

  test("claims that nobody knows are listed since they were first seen", () => {
    const { status } = plan(aResource("m1"), connected([aReport(claim)]));
    expect(status.orphans).toEqual([
      { claimUid: "uid-web-0", name: "web-0", namespace: "default", since: "2026-01-02T00:00:00Z" },
    ]);
    const later = plan(aResource("m1", { status }), connected([aReport(claim)]), { nowAt: now + 60_000 });
    expect(later.status.orphans).toEqual(status.orphans);
    expect(
      plan(aResource("m1", { status: { allocations: [held] } }), connected([aReport(claim)])).status.orphans,
    ).toEqual([]);
  });
});

describe("a Resource that is deleted", () => {
  const metadata = { deletionTimestamp: "2026-01-01T00:00:00Z" };
  const forfeit = { ...metadata, annotations: { "plush.dev/forfeit-residue": "true" } };
  const full = { status: { ...known, allocations: [held] } };

  test.each<[string, Resource, HostObservation, string | undefined]>([
    ["holds a claim", aResource("m1", { metadata, ...full }), connected(), "wait"],
    ["holds a claim, given up", aResource("m1", { metadata: forfeit, ...full }), connected(), "remove"],
    ["holds a claim, given up, away", aResource("m1", { metadata: forfeit, ...full }), lost("dead", now), "forget"],
    ["free", aReadyResource("m1", { metadata }), connected(), "remove"],
    ["free, away", aReadyResource("m1", { metadata }), lost("dead", now), "remove"],
    ["never reached", aResource("m1", { metadata }), failing("Unreachable"), "forget"],
    ["half brought up", aResource("m1", { metadata }), failing("BootstrapFailed"), "remove"],
    ["not deleted", aResource("m1"), connected(), undefined],
  ])("%s", (_name, resource, observation, expected) => {
    expect(plan(resource, observation).removal?.kind).toBe(expected);
  });

  test("says for whom it waits", () => {
    const { status } = plan(aResource("m1", { metadata, ...full }), connected());
    expect(findCondition(status.conditions, "Stalled")?.message).toContain("m1 still holds default/web-0");
  });
});

test("tells what happened", () => {
  const up = plan(aResource("m1"), connected()).status;
  const seen = (status: ResourceStatus, observation: HostObservation): string[] => {
    const resource = aResource("m1", { status });
    return transitions(resource, plan(resource, observation).status, now).map(({ reason }) => reason);
  };
  const dead = plan(aResource("m1", { status: up }), lost("dead", now - 5000)).status;
  expect(seen({}, connected())).toEqual(["Connected"]);
  expect(seen(up, connected())).toEqual([]);
  expect(seen(up, lost("judging", now))).toEqual([]);
  expect(seen(up, lost("dead", now - 5000))).toEqual(["Lost"]);
  expect(seen(dead, lost("dead", now - 5000))).toEqual([]);
  expect(seen(dead, connected([], { ...aHost, bootIdentity: "boot-2" }))).toEqual(["Rebooted"]);
});
