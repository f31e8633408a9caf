import { expect, it } from "vitest";
import type { KubeObject } from "../../api/index.ts";
import { planOwned } from "./owned-plan.ts";

const object = (kind: string, uid: string, owner?: string, more: object = {}): KubeObject => ({
  ...{ apiVersion: "plush.dev/v1", kind },
  metadata: {
    ...{ name: uid, uid },
    ...(owner !== undefined && {
      ownerReferences: [{ apiVersion: "plush.dev/v1", kind: "X", name: owner, uid: owner }],
    }),
  },
  ...more,
});

it("finds what goes with an object, however far away, and the machines that are cleaned", () => {
  const all = [
    object("Component", "comp", "app"),
    object("Claim", "c0", "comp", { spec: { resourceName: "n1" } }),
    object("Claim", "c1", "comp", { spec: {} }),
    object("Process", "p0", "c0"),
    object("Claim", "other", "elsewhere", { spec: { resourceName: "n9" } }),
  ];
  const { counts, machines } = planOwned([object("Application", "app")], all);
  expect(Object.fromEntries(counts)).toEqual({ Component: 1, Claim: 2, Process: 1 });
  expect(machines).toEqual(["n1"]);
});

it("cleans a machine that is deleted while it holds work, and counts what owns itself once", () => {
  const busy = object("Resource", "n1", undefined, { status: { allocations: [{}] } });
  const free = object("Resource", "n2", undefined, { status: {} });
  expect(planOwned([busy, free], []).machines).toEqual(["n1"]);
  const ring = [object("A", "a", "b"), object("B", "b", "a")];
  expect(Object.fromEntries(planOwned([object("A", "a", "b")], ring).counts)).toEqual({ B: 1 });
});
