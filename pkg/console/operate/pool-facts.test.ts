import { expect, it } from "vitest";
import type { ResourcePool, ResourceQuota } from "../../api/index.ts";
import { poolFacts } from "./pool-facts.ts";
import { quotaRows } from "./quota-rows.ts";

const spec = {
  ...{ provider: { borrow: { pool: "big", count: 3 } }, access: { namespaces: ["*"] } },
  ...{ brake: { maxFailedPercent: 40, minFailed: 3, window: "60s" }, size: { min: 0, max: 5 }, tree: { fanOut: 8 } },
  ...{ loan: { duration: "1h", renewBefore: "10m" }, lend: { pools: ["*"], max: 2 } },
};

it("says where machines come from, how many, and what is lent to whom", () => {
  const status = { resources: 4, ready: 3, free: 1, claimed: 2, unreachable: 1, lent: 1, making: ["m7"] };
  expect(Object.fromEntries(poolFacts({ spec, status } as unknown as ResourcePool))).toMatchObject({
    Provider: "borrows 3 from big",
    Machines: "4: 3 ready, 1 free, 2 claimed, 1 unreachable",
    Size: "0 to 5 machines; being made: m7",
    Loan: "for 1h, renewed 10m before its end; lends at most 2 to *, 1 lent",
    Brake: "off; on where 40% of machines, and at least 3, go within 60s",
    Tree: "each relays for 8",
  });
  const braked = { spec, status: { braked: true } } as unknown as ResourcePool;
  expect(Object.fromEntries(poolFacts(braked))["Brake"]).toBe("Braked: nothing is replaced");
});

it("compares quotas by what their quantities are", () => {
  const quota = {
    spec: { hard: {} },
    status: { hard: { "requests.cpu": "2", claims: "0" }, used: { "requests.cpu": "500m" } },
  };
  expect(quotaRows(quota as unknown as ResourceQuota)).toEqual([
    { name: "requests.cpu", used: "500m", hard: "2", share: 0.25 },
    { name: "claims", used: "0", hard: "0", share: 0 },
  ]);
});
