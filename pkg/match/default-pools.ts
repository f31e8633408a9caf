import { annotations, type ResourcePool } from "../api/index.ts";

/** The pools that are taken where none is named: those annotated as default, or the only one that there is. */
export function defaultPools(pools: readonly ResourcePool[]): readonly string[] {
  const annotated = pools.filter(({ metadata }) => metadata.annotations?.[annotations.defaultPool] === "true");
  const chosen = annotated.length > 0 || pools.length !== 1 ? annotated : pools;
  return chosen.map(({ metadata }) => metadata.name ?? "");
}
