import { type Claim, controllerOf, kinds, type Process, type Resource } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";

/** The processes of a claim. */
export type ByClaim = (claim: Claim) => readonly Process[];

export function byClaim({ cache }: Pick<ControllerPorts, "cache">): ByClaim {
  const processes = cache(kinds.Process);
  const named = processes.index(claimNames);
  return (claim) => {
    const { name, namespace = "" } = claim.metadata;
    const owner = controllerOf(claim);
    if (owner?.kind !== kinds.Process.kind) return named(`${namespace}/${name}`);
    const process = processes.get({ namespace, name: owner.name });
    return process === undefined ? [] : [process];
  };
}

function claimNames({ metadata, spec }: Process): readonly string[] {
  return spec.claimName === undefined ? [] : [`${metadata.namespace}/${spec.claimName}`];
}

/** Processes that may run on a machine, by the claims that have a place there. */
export function onMachine(
  resource: Resource | undefined,
  ofClaim: ByClaim,
  { cache }: Pick<ControllerPorts, "cache">,
): readonly Process[] {
  return (resource?.status?.allocations ?? []).flatMap(({ namespace, claimName }) => {
    const claim = cache(kinds.Claim).get({ namespace, name: claimName });
    return claim === undefined ? [] : ofClaim(claim);
  });
}
