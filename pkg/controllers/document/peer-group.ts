import { type Claim, controllerOf, kinds, labels } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";

/** All claims whose members know each other. */
export function claimsWith(claim: Claim, ports: Pick<ControllerPorts, "cache">): readonly Claim[] {
  const claims = ports.cache(kinds.Claim);
  const application = claim.metadata.labels?.[labels.application];
  if (application !== undefined) return claims.withLabel(labels.application, application, claim.metadata.namespace);
  const owner = controllerOf(claim);
  return owner?.kind === kinds.Component.kind ? claims.ownedBy(owner.uid) : [claim];
}

/** The very same object as before for as long as `claimsWith` has the same to say. */
export function versionWith(claim: Claim, ports: Pick<ControllerPorts, "cache">): object {
  const application = claim.metadata.labels?.[labels.application];
  if (application === undefined) return claimsWith(claim, ports);
  return ports.cache(kinds.Claim).versionWithLabel(labels.application, application);
}
