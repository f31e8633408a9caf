import { resolveCount, type UpdateStrategy } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";

/** A member as far as updates go. */
export interface RollingMember {
  readonly ordinal: number;
  /** Revision to which it is admitted; absent: none yet. */
  readonly revision?: string;
  readonly ready: boolean;
  /** Through with its revision. */
  readonly updated: boolean;
  /** Milliseconds for which it has been ready. */
  readonly readyForMs: number;
}

export interface RollingWorld {
  readonly target: string;
  readonly members: readonly RollingMember[];
  /** Members wanted; one that is missing counts as unavailable. */
  readonly replicas: number;
  readonly strategy: UpdateStrategy;
}

export interface RollingPlan {
  /** Ordinals that may go on to the target now. */
  readonly admit: readonly number[];
  /** When a member will have been ready for long enough. */
  readonly recheckAfterMs?: number;
}

/**
 * Which members may be updated now: in order of their ordinals, so many that no more than maxUnavailable members are
 * unavailable, for whatever reason. A member that is unavailable anyway costs nothing, so a bad update can be mended.
 */
export function planRolling(world: RollingWorld): RollingPlan {
  const members = [...world.members].sort((left, right) => left.ordinal - right.ordinal);
  const minReadyMs = durationMs(world.strategy.minReadyTime);
  const isAvailable = (it: RollingMember): boolean =>
    it.ready && (it.revision !== world.target || (it.updated && it.readyForMs >= minReadyMs));
  const available = members.filter(isAvailable).length;
  const limit = Math.max(1, resolveCount(world.strategy.maxUnavailable, world.replicas, "down"));
  let budget = limit - Math.max(0, world.replicas - available);
  const admit: number[] = [];
  for (const member of members) {
    if (member.revision === world.target) continue;
    const isFree = member.revision === undefined || !isAvailable(member);
    if (!isFree && budget <= 0) continue;
    if (!isFree) budget -= 1;
    admit.push(member.ordinal);
  }
  const waits = members
    .filter((it) => it.revision === world.target && it.ready && it.updated && it.readyForMs < minReadyMs)
    .map((it) => minReadyMs - it.readyForMs);
  return { admit, ...(waits.length > 0 && { recheckAfterMs: Math.min(...waits) }) };
}
