import { type Barrier, type Claim, isDeleting, kinds, type Process } from "../../api/index.ts";
import { newAnswers } from "../../barrier/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { MachineAnswer } from "../../fabric/index.ts";

/** What a stored status answers that the one before did not, with the machines on which it is waited for. */
export function earlyAnswers(
  before: Barrier,
  after: Barrier,
  { cache }: Pick<ControllerPorts, "cache">,
): readonly MachineAnswer[] {
  const { name = "" } = after.metadata;
  return newAnswers(before, after).flatMap(({ entryAt, ...answer }) => {
    const claim = claimOf(cache(kinds.Process).byUid(answer.processUid), { cache });
    const { resourceUid, epoch } = claim?.spec ?? {};
    if (claim === undefined || isDeleting(claim) || resourceUid === undefined || epoch === undefined) return [];
    // Without its entry an answer could be taken for that to a later one: that is for documents, which replace each other.
    if (entryAt === undefined) return [];
    return [{ resourceUid, answer: { ...answer, name, entryAt, claimUid: claim.metadata.uid ?? "", epoch } }];
  });
}

function claimOf(process: Process | undefined, { cache }: Pick<ControllerPorts, "cache">): Claim | undefined {
  const { claimUid } = process?.spec ?? {};
  const claims = cache(kinds.Claim);
  return claimUid === undefined ? claims.ownedBy(process?.metadata.uid ?? "")[0] : claims.byUid(claimUid);
}
