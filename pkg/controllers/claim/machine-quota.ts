import { type Claim, isTrue, kinds } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { AllocationView, MatchRequest } from "../../match/index.ts";
import { amountOf, machinesName } from "../../quota/index.ts";

export interface MachineUse {
  readonly claim: Claim;
  /** Bindings that are made and not seen yet, by machine. */
  readonly assumed?: ReadonlyMap<string, readonly AllocationView[]>;
}

/**
 * The machines to which a claim is kept because its namespace has all that its quotas let it have; undefined where it may
 * have more. The server holds to the quota itself; this is so that a machine is found that it will not refuse.
 */
export function heldMachines(
  { claim, assumed }: MachineUse,
  { cache }: Pick<ControllerPorts, "cache">,
): MatchRequest["heldOnly"] {
  const { namespace = "" } = claim.metadata;
  // Work is not kept on a machine that is lost.
  const current = cache(kinds.Resource).byUid(claim.spec.resourceUid ?? "");
  if (current !== undefined && !isTrue(current.status?.conditions, "Ready")) return undefined;
  const limits = cache(kinds.ResourceQuota)
    .list(namespace)
    .flatMap(({ metadata, spec }) => {
      const hard = spec.hard[machinesName];
      return hard === undefined ? [] : [{ name: metadata.name, most: amountOf(machinesName, hard) }];
    })
    .sort((left, right) => left.most - right.most);
  const [limit] = limits;
  if (limit === undefined) return undefined;
  const machines = new Set<string>();
  for (const { spec, metadata } of cache(kinds.Claim).list(namespace))
    if (spec.resourceUid !== undefined && metadata.uid !== claim.metadata.uid) machines.add(spec.resourceUid);
  for (const [uid, places] of assumed ?? [])
    if (places.some((place) => place.namespace === namespace)) machines.add(uid);
  if (machines.size < limit.most) return undefined;
  const why = `beyond the ${limit.most} machines that quota ${limit.name} lets namespace ${namespace} have`;
  return { machines, why };
}
