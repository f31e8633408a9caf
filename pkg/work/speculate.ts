import type { WorkItem } from "../api/index.ts";
import { parseTimestamp } from "../clock/index.ts";
import { type Loads, leaseTo } from "./give-out.ts";
import type { WorkMember } from "./member.ts";

export interface Speculation {
  readonly items: readonly WorkItem[];
  /** When the next item is past the knee. */
  readonly recheckAfterMs?: number;
}

/** Gives items that are past the knee to members that have nothing to do, the slowest first. Two have an item at most. */
export function speculate(
  items: readonly WorkItem[],
  members: readonly WorkMember[],
  {
    loads,
    perMember,
    slowMs,
    nowMs,
  }: { readonly loads: Loads; readonly perMember: number; readonly slowMs: number; readonly nowMs: number },
): Speculation {
  const idle = members.filter(({ claimUid }) => loads.of(claimUid) < perMember);
  if (idle.length === 0) return { items: [] };
  const candidates = items
    .filter(({ state, leases }) => state === "Running" && leases.length === 1)
    .map((item) => ({ item, elapsedMs: nowMs - (parseTimestamp(item.leases[0]?.at ?? "") ?? nowMs) }))
    .sort((left, right) => right.elapsedMs - left.elapsedMs);
  const again: WorkItem[] = [];
  for (const { item, elapsedMs } of candidates) {
    if (elapsedMs < slowMs) return { items: again, recheckAfterMs: slowMs - elapsedMs };
    const free = idle.find(({ claimUid }) => loads.of(claimUid) < perMember && claimUid !== item.leases[0]?.claimUid);
    if (free === undefined) continue;
    again.push(leaseTo(item, free, nowMs));
    loads.add(free.claimUid);
  }
  return { items: again };
}
