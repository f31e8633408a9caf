import { type Claim, isDeleting, isGoingBack, kinds, type ResourcePool, usingPool } from "../api/index.ts";
import { wantedPools } from "../match/index.ts";
import type { PlanNote } from "../protocol/index.ts";
import type { Forecast } from "./forecast.ts";
import type { Scope } from "./scope.ts";
import type { World } from "./world.ts";

/** Pools that borrow their machines, and have too few for members that want to be there: by whose word it is no more. */
export function loanNotes({ world }: Pick<Forecast, "world">, scope: Pick<Scope, "hasClaim">): readonly PlanNote[] {
  const pools = world.cache(kinds.ResourcePool).list();
  const waiting = world
    .cache(kinds.Claim)
    .list()
    .filter((claim) => scope.hasClaim(claim) && !isDeleting(claim) && claim.spec.resourceName === undefined);
  return pools.flatMap((pool): PlanNote[] => {
    if (pool.spec.provider.borrow === undefined) return [];
    const members = waiting.filter((claim) => poolsOf(claim, pools, world).includes(pool.metadata.name ?? "")).length;
    if (members === 0) return [];
    const { name = "" } = pool.metadata;
    const message = `${members === 1 ? "1 member finds" : `${members} members find`} no machine there: ${wordOf(pool, world)}`;
    return [{ kind: kinds.ResourcePool.kind, namespace: "", name, reason: "LoanExceeded", message }];
  });
}

function poolsOf({ metadata, spec }: Claim, pools: readonly ResourcePool[], world: World): readonly string[] {
  const key = { namespace: metadata.namespace ?? "", name: spec.componentName ?? "" };
  const component = world.cache(kinds.Component).get(key);
  const found = wantedPools(component?.spec.resources ?? {}, pools);
  return "pools" in found ? found.pools : [];
}

function wordOf({ metadata, spec }: ResourcePool, world: World): string {
  const { pool: lender = "", count = 0 } = spec.provider.borrow ?? {};
  const machines = world.cache(kinds.Resource).list();
  const held = machines.filter((one) => usingPool(one) === metadata.name && !isGoingBack(one)).length;
  const most = world.cache(kinds.ResourcePool).get({ namespace: "", name: lender })?.spec.lend?.max;
  const limit = most === undefined ? "" : `, which lends ${most} at most`;
  return `${held} of the ${count} machines that it may borrow are lent by pool ${lender}${limit}`;
}
