import { isDeleting, isTrue, type Resource } from "../../api/index.ts";
import { isWish } from "../../controller/index.ts";
import { equalJson } from "../../merge/index.ts";

/** Whether a change of a machine may let a claim on it that did not fit before. That one has taken a place does not. */
export function hasMoreRoom(before: Resource, after: Resource): boolean {
  if (!mayTake(after)) return false;
  return !mayTake(before) || isWish(before, after) || hasFreed(before, after) || isOther(before, after);
}

export function mayTake(resource: Resource): boolean {
  return isTrue(resource.status?.conditions, "Ready") && !resource.spec.unschedulable && !isDeleting(resource);
}

function hasFreed({ status: before }: Resource, { status: after }: Resource): boolean {
  const left = new Set((after?.allocations ?? []).map(({ claimUid }) => claimUid));
  const isGone = (before?.allocations ?? []).some(({ claimUid }) => !left.has(claimUid));
  return isGone || (after?.residue ?? []).length < (before?.residue ?? []).length;
}

/** What machines are matched by, besides what is on them. */
function isOther({ status: before }: Resource, { status: after }: Resource): boolean {
  const facts = ({
    attributes,
    coordinates,
    allocatable,
    quarantine,
    conditions,
  }: NonNullable<Resource["status"]>): unknown => ({
    attributes: attributes ?? {},
    // They move all the time.
    isMeasured: coordinates !== undefined && coordinates.stale !== true,
    allocatable: allocatable ?? {},
    quarantine: quarantine ?? {},
    conditions: (conditions ?? []).map(({ type, status }) => `${type}=${status}`),
  });
  return !equalJson(facts(before ?? {}), facts(after ?? {}));
}
