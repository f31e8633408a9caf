import { expect, test } from "vitest";
import { aBoundClaim, aReadyResource } from "../../test/support/builders.ts";
import type { Claim, ResourceStatus } from "../api/index.ts";
import { claimName, type DrainWorld, planDrain } from "./drain-plan.ts";

const here = aBoundClaim("web-0", "m1", { status: { state: "Ready" } });
const moved = (state: "Bound" | "Ready"): Claim => aBoundClaim("web-0", "m2", { epoch: 2, status: { state } });
const pinned = aBoundClaim("all-0", "m1", { spec: { targetResourceName: "m1" } });
const owner = { apiVersion: "plush.dev/v1", kind: "Process", name: "job", uid: "uid-job", controller: true };
const bare = aBoundClaim("job", "m1", { metadata: { ownerReferences: [owner] }, spec: { targetResourceName: "m1" } });
const wasReady = new Map([["uid-web-0", true]]);
const residue = { claimUid: "uid-web-0", claimName: "web-0", namespace: "default", epoch: 1, since: "", reason: "" };

function summary(claims: readonly Claim[], change: Partial<DrainWorld> = {}, status: ResourceStatus = {}): string {
  const resource = aReadyResource("m1", { status });
  const { done, ...parts } = planDrain({ resource, claims, known: new Map(), force: false, ...change });
  const told = Object.entries(parts).filter(([, found]) => found.length > 0);
  return [...told.map(([part, found]) => `${part} ${found.map(claimName)}`), ...(done ? ["done"] : [])].join("; ");
}

test.each<[string, string, string]>([
  ["an empty machine", summary([]), "done"],
  ["a member is to leave", summary([here]), "evict default/web-0"],
  ["one elsewhere is nobody's business", summary([moved("Bound")]), "done"],
  ["one that has left arrives", summary([moved("Bound")], { known: wasReady }), "arriving default/web-0"],
  ["and is there", summary([moved("Ready")], { known: wasReady }), "arrived default/web-0; done"],
  [
    "one that was not ready here is not waited for",
    summary([moved("Bound")], { known: new Map([["uid-web-0", false]]) }),
    "arrived default/web-0; done",
  ],
  [
    "what it held is still being removed",
    summary([moved("Ready")], { known: wasReady }, { residue: [residue] }),
    "arrived default/web-0",
  ],
  ["a member for this machine alone stays", summary([pinned]), "staying default/all-0; done"],
  ["what a person made is in the way", summary([bare, here]), "evict default/web-0; refused default/job"],
  ["or goes, where that was said", summary([bare], { force: true }), "remove default/job"],
])("%s", (_name, found, expected) => {
  expect(found).toBe(expected);
});
