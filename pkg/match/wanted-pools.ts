import { annotations, type ResourcePool, type ResourceRequirements } from "../api/index.ts";
import { defaultPools } from "./default-pools.ts";

/** Why there is no pool to look in. */
export interface PoolFault {
  readonly reason: "NoDefaultPool" | "ReferenceNotFound";
  readonly message: string;
}

/** The pools that machines are taken from: those named, else the default ones. */
export function wantedPools(
  { pool, pools: several }: Pick<ResourceRequirements, "pool" | "pools">,
  pools: readonly ResourcePool[],
): { readonly pools: readonly string[] } | PoolFault {
  const named = several ?? (pool === undefined ? undefined : [pool]);
  if (named !== undefined) {
    const known = new Set(pools.map(({ metadata }) => metadata.name ?? ""));
    if (named.some((name) => known.has(name))) return { pools: named };
    return { reason: "ReferenceNotFound", message: `ResourcePool ${named.join(", ")} is not there` };
  }
  const defaults = defaultPools(pools);
  if (defaults.length > 0) return { pools: defaults };
  const message =
    pools.length === 0
      ? "there is no pool: make one with `plush create pool`"
      : `no pool is named, there are several, and none has annotation ${annotations.defaultPool}=true`;
  return { reason: "NoDefaultPool", message };
}
