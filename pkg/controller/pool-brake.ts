import { annotations, type Resource, type ResourcePool } from "../api/index.ts";
import { durationMs, parseTimestamp } from "../clock/index.ts";
import { type Fabric, isMassLoss, lossAt } from "../fabric/index.ts";

/** How many of a pool's machines are gone, and whether so many are gone at once that nothing may be replaced. */
export interface PoolBrake {
  readonly braked: boolean;
  readonly lost: number;
}

export interface PoolBrakeInput {
  readonly pool: ResourcePool;
  /** Those that the pool controls. */
  readonly resources: readonly Resource[];
  readonly observe: Fabric["observe"];
  readonly nowAt: number;
}

/** Judged by what the fabric says at this instant, so that it holds at the very first verdict of a mass loss. */
export function poolBrake({ pool, resources, observe, nowAt }: PoolBrakeInput): PoolBrake {
  const resumedAt = timeOf(pool.metadata.annotations?.[annotations.resumedAt]) ?? 0;
  const losses = resources.flatMap(({ metadata, status }) => {
    const lostBeforeAt = timeOf(status?.lostAt);
    const at = lossAt({
      observation: observe(metadata.uid ?? ""),
      ...(lostBeforeAt !== undefined && { lostBeforeAt }),
      known: status?.agent !== undefined,
      nowAt,
    });
    return at === undefined ? [] : [at];
  });
  const { maxFailedPercent, minFailed, window } = pool.spec.brake;
  const limits = { maxFailedPercent, minFailed, windowMs: durationMs(window) };
  const counted = losses.filter((at) => at > resumedAt);
  return { braked: isMassLoss(counted, resources.length, limits), lost: losses.length };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTimestamp(text);
}
