import { expect, test } from "vitest";
import { aBoundClaim, aHost, aProcess, connected } from "../../../test/support/builders.ts";
import type { ProcessStatus } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { type CollectionInput, planCollection } from "./collection-plan.ts";

const away: HostObservation = {
  state: "lost",
  sinceAt: 1000,
  verdict: "dead",
  verdictAt: 1000,
  evidence: "silent",
  last: { host: aHost, claims: new Map() },
};

const claim = aBoundClaim("app-web-0", "n1");
const run = { epoch: claim.spec.epoch, revision: "r1" };
const ended: ProcessStatus = { ...run, state: "Exited", finishedAt: "2026-01-01T00:00:00Z" };

function plan(status: ProcessStatus, more: Partial<CollectionInput> = {}) {
  return planCollection({
    process: aProcess("app-web-0", claim, { spec: { restartPolicy: "Never" }, status }),
    hasApplicationEnded: false,
    claim,
    observation: connected(),
    awayAfterMs: 30_000,
    startedAt: 0,
    nowAt: 20_000,
    ...more,
  });
}

test("one that has ended is fetched once, one that runs when its application has ended", () => {
  expect(plan(ended).kind).toBe("fetch");
  const { finishedAt = "" } = ended;
  expect(plan({ ...ended, collected: { at: "", ...run, finishedAt } }).kind).toBe("nothing");
  expect(plan({ ...ended, collected: { at: "", ...run } }).kind).toBe("fetch");
  const running: ProcessStatus = { ...run, state: "Running" };
  expect(plan(running).kind).toBe("nothing");
  expect(plan(running, { hasApplicationEnded: true }).kind).toBe("fetch");
});

test("B-FIN-10: a machine that is away is waited for until awayAfter, then the process says so", () => {
  expect(plan(ended, { observation: away })).toEqual({ kind: "wait", recheckAfterMs: 11_000 });
  expect(plan(ended, { observation: away, nowAt: 31_000 })).toEqual({
    kind: "giveUp",
    missing: "its machine is away for 30s",
  });
  expect(plan(ended, { observation: away, nowAt: 31_000, startedAt: 20_000 }).kind).toBe("wait");
  const epoch = claim.spec.epoch + 1;
  expect(plan(ended, { claim: { ...claim, spec: { ...claim.spec, epoch } } }).kind).toBe("giveUp");
});
