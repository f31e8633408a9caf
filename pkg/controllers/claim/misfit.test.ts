import { describe, expect, test } from "vitest";
import { aBoundClaim, aComponent, aPool, aReadyResource, connected } from "../../../test/support/builders.ts";
import type { ClaimStatus, ResourcePool } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { fitnessOf } from "./misfit.ts";

const cacheOf = (pools: readonly ResourcePool[]) =>
  (() => ({ list: () => pools })) as unknown as ControllerPorts["cache"];

/** A member on a machine of pool "lab" with load 9; what its component asked before, and asks now. */
function judge(before: object, now: object, { tied = false, status = {} as ClaimStatus } = {}): string | undefined {
  const component = (resources: object) => aComponent("web", { spec: { resources } });
  const input = {
    resource: aReadyResource("m1", { status: { attributes: { "load.1m": 9, "cpu.cores": 4 } } }),
    observation: connected(),
    nowAt: 0,
  };
  const judged = (resources: object, known: ClaimStatus) => {
    const claim = aBoundClaim("web-0", "m1", { status: known, ...(tied && { spec: { targetResourceName: "m1" } }) });
    return fitnessOf({ ...input, claim, component: component(resources) }, { cache: cacheOf([aPool("lab")]) });
  };
  return judged(now, { askedFor: judged(before, {}).asked, ...status }).misfit;
}

const load = { attributes: [{ name: "load.1m", max: 8 }] };

describe("B-UPD-16: a member is to leave a machine that does not meet changed resources", () => {
  test.each<[string, object, object, string | undefined]>([
    ["nothing changed, and the load is too high now", load, load, undefined],
    ["bounds that it meets", {}, { attributes: [{ name: "cpu.cores", min: 2 }] }, undefined],
    [
      "bounds that it does not meet",
      {},
      { attributes: [{ name: "cpu.cores", min: 8 }] },
      "cpu.cores below min 8: cpu.cores is 4",
    ],
    ["labels that it has not", {}, { selector: { matchLabels: { rack: "b" } } }, "labels do not match the selector"],
    ["a pool that is not there", { pool: "lab" }, { pool: "labs" }, "ResourcePool labs is not there"],
    ["the pool that it is in", {}, { pools: ["lab", "other"] }, undefined],
    ["wishes and room alone", {}, { spread: [{ by: "rack" }], requests: { cpu: 64 } }, undefined],
  ])("%s", (_name, before, now, expected) => {
    expect(judge(before, now)).toBe(expected);
  });

  test("not one that is tied to its machine, and not one that was bound just now", () => {
    const other = { selector: { matchLabels: { rack: "b" } } };
    expect(judge({}, other)).toBeDefined();
    expect(judge({}, other, { tied: true })).toBeUndefined();
    expect(judge({}, other, { status: { epoch: 0 } })).toBeUndefined();
  });
});
