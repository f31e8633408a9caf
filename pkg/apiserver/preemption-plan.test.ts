import { expect, test } from "vitest";
import { aBoundClaim, aReadyResource } from "../../test/support/builders.ts";
import type { Resource } from "../api/index.ts";
import { planPreemption } from "./preemption-plan.ts";

const now = "2026-01-01T00:00:00Z";
const claim = aBoundClaim("app-web-0", "m1", { epoch: 3, status: { state: "Ready", readySince: now } });
const uid = claim.metadata.uid ?? "";
const place = { claimUid: uid, claimName: "app-web-0", namespace: "default", component: "web", epoch: 3 };
const resource: Resource = { ...aReadyResource("m1"), status: { allocations: [place] } };
const request = { epoch: 3, resourceUid: "uid-m1", message: "m1 was taken for default/other-web-0" };

test("B-PRI-2: a claim whose machine is taken keeps its epoch, and the machine holds what is left of it", () => {
  const plan = planPreemption({ claim, resource, request, now });
  if ("refusal" in plan) throw new Error(plan.refusal);
  const { resourceName: _name, resourceUid: _uid, ...spec } = claim.spec;
  expect(plan.claim.spec).toEqual(spec);
  expect(plan.claim.status).toMatchObject({
    state: "Pending",
    failure: { reason: "Preempted", message: request.message, resourceName: "m1", epoch: 3 },
  });
  expect(plan.claim.status).not.toHaveProperty("readySince");
  expect(plan.resource.status).toMatchObject({
    allocations: [],
    residue: [{ claimUid: uid, epoch: 3, reason: "Preempted", since: now }],
  });
});

test.each([
  ["it is bound anew", { request: { ...request, epoch: 2 } }, "the claim has epoch 3, not 2"],
  ["it is elsewhere", { request: { ...request, resourceUid: "uid-m2" } }, "the claim is not there"],
  ["its machine is no more", { resource: undefined }, "the claim is not there"],
  [
    "it goes anyhow",
    { claim: { ...claim, metadata: { ...claim.metadata, deletionTimestamp: now } } },
    "the claim is being deleted",
  ],
])("nothing is taken where %s", (_name, change, refusal) => {
  expect(planPreemption({ claim, resource, request, now, ...change })).toEqual({ refusal });
});
