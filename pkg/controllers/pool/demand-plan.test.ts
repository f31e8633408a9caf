import { expect, test } from "vitest";
import { aClaim, aComponent, aPool, aReadyResource } from "../../../test/support/builders.ts";
import type { Claim } from "../../api/index.ts";
import { isWaiting, planDemand, type WaitingClaim } from "./demand-plan.ts";

const template = { attributes: { "cpu.cores": 4 }, capacity: { cpu: 4 }, labels: { site: "sjc" } };
const pool = aPool("lab", { spec: { size: { max: 9 }, template } });

function waits(name: string, resources: object, reason = "Unschedulable"): WaitingClaim {
  const condition = { type: "Ready", status: "False", reason, message: "", lastTransitionTime: "2026-01-01T00:00:00Z" };
  const claim = aClaim(name, { spec: { componentName: "web" }, status: { conditions: [condition as never] } });
  return { claim, component: aComponent("web", { spec: { resources } }) };
}

const plan = (waiting: readonly WaitingClaim[], over = {}) =>
  planDemand({ pool, pools: [pool], waiting, empty: [], making: 0, sample: undefined, ...over });

test("claims share a machine where they fit, and need another where not", () => {
  const small = { requests: { cpu: 2 }, perMachine: 9 };
  expect(plan(["a", "b", "c"].map((name) => waits(name, small)))).toEqual({ waiting: 3, lacking: 2 });
  expect(plan(["a", "b"].map((name) => waits(name, {})))).toEqual({ waiting: 2, lacking: 2 });
});

test("machines that are empty, or are being made, are used first", () => {
  const three = ["a", "b", "c"].map((name) => waits(name, {}));
  expect(plan(three, { empty: [aReadyResource("m1")], making: 1 })).toEqual({ waiting: 3, lacking: 1 });
});

test.each([
  ["more than a machine has", { requests: { cpu: 5 } }, 0],
  ["as much as it has", { requests: { cpu: 4 } }, 1],
  ["an attribute in bounds", { attributes: [{ name: "cpu.cores", min: 4 }] }, 1],
  ["an attribute out of bounds", { attributes: [{ name: "cpu.cores", min: 5 }] }, 0],
  ["an attribute that nobody knows", { attributes: [{ name: "gpu.count", min: 1 }] }, 0],
  ["a label of the template", { selector: { matchLabels: { site: "sjc" } } }, 1],
  ["another label", { selector: { matchLabels: { site: "ams" } } }, 0],
  ["another pool", { pool: "other" }, 0],
  ["this pool by name", { pool: "lab" }, 1],
])("asking for %s", (_title, resources, lacking) => {
  const pools = [pool, aPool("other")];
  const named = "pool" in resources ? resources : { pool: "lab", ...resources };
  expect(plan([waits("a", named)], { pools })).toEqual({ waiting: lacking, lacking });
});

test("what the template does not say a machine of the pool does", () => {
  const plain = aPool("lab", { spec: { size: { max: 9 } } });
  const wants = [waits("a", { attributes: [{ name: "gpu.count", min: 1 }] })];
  const sample = aReadyResource("m1", { status: { attributes: { "gpu.count": 2 } } });
  expect(plan(wants, { pool: plain, pools: [plain] }).lacking).toBe(0);
  expect(plan(wants, { pool: plain, pools: [plain], sample }).lacking).toBe(1);
});

test("who waits: looked at, without a machine, not on its way out, not for one machine alone", () => {
  const { claim } = waits("a", {});
  const bound = { ...claim, spec: { ...claim.spec, epoch: 1, resourceUid: "r" } } as Claim;
  expect(isWaiting(claim)).toBe(true);
  expect(isWaiting(bound)).toBe(false);
  expect(isWaiting({ ...claim, metadata: { ...claim.metadata, deletionTimestamp: "x" } })).toBe(false);
  expect(isWaiting({ ...claim, spec: { ...claim.spec, targetResourceName: "m1" } })).toBe(false);
  const lost = waits("b", {}, "Replacing").claim;
  const replaced = { ...lost, spec: { ...lost.spec, epoch: 2, resourceUid: "r" } } as Claim;
  expect(isWaiting({ ...replaced, status: { ...lost.status, epoch: 2 } } as Claim)).toBe(true);
  expect(isWaiting({ ...replaced, status: { ...lost.status, epoch: 1 } } as Claim)).toBe(false);
});
