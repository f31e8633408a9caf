import { type Claim, keyOf, kinds, type Resource } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";

/** Who has not found another machine until the end has none from then on. */
export async function vacate(
  { metadata, status }: Resource,
  { api, cache, events }: ControllerPorts,
  signal: AbortSignal,
): Promise<void> {
  const message = `${metadata.name} went back to the pool that lent it`;
  for (const { claimUid } of status?.allocations ?? []) {
    const claim: Claim | undefined = cache(kinds.Claim).byUid(claimUid);
    if (claim === undefined || claim.spec.resourceUid !== metadata.uid) continue;
    if (claim.metadata.deletionTimestamp !== undefined) continue;
    const body = { epoch: claim.spec.epoch, resourceUid: metadata.uid, message };
    await api.post(kinds.Claim, keyOf(claim), "preemption", body, { signal });
    events.record(claim, "Warning", "LoanEnded", message);
  }
}
