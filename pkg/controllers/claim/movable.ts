import { type Claim, type Component, isDeleting, kinds, labels, type Phase } from "../../api/index.ts";
import { type ControllerPorts, processesUnder } from "../../controller/index.ts";
import { isOver, isSpare } from "../../graph/index.ts";

type Caches = Pick<ControllerPorts, "cache">;

/**
 * Whether members of a component may be moved although nothing is wrong with them: not what is fenced, tied to its machine,
 * being changed, or in part not well; and there has to be something by which one machine is better than another.
 */
export function isMovable(component: Component, claims: readonly Claim[], ports: Caches): boolean {
  const { spec, status } = component;
  if (isDeleting(component) || spec.suspend || spec.paused || spec.everyResource || spec.fencing !== undefined)
    return false;
  if (spec.revision !== undefined && spec.revision !== status?.revision) return false;
  const members = claims.filter((claim) => !isSpare(claim));
  if (members.length < spec.replicas || members.some(({ status: own }) => own?.state !== "Ready")) return false;
  return hasPreference(component) && !hasOpenWork(component, ports);
}

function hasPreference({ spec: { resources } }: Component): boolean {
  const { attributes, spread, latency, affinity, antiAffinity } = resources;
  const isWished = attributes.some(({ ideal, penalties }) => ideal !== undefined || penalties !== undefined);
  return isWished || [spread, latency, affinity, antiAffinity].some((rules) => rules.length > 0);
}

/** Items that are being worked on would be lost. */
function hasOpenWork({ metadata, spec }: Component, { cache }: Caches): boolean {
  if (spec.applicationName === undefined) return false;
  const phases: readonly Phase[] = cache(kinds.Phase).withLabel(
    labels.application,
    spec.applicationName,
    metadata.namespace ?? "",
  );
  return phases.some((phase) => phase.spec.work?.component === spec.name && phase.status?.state !== "Released");
}

/** What runs once is not begun a second time, and who only runs such things has nothing to gain. */
export function isFreeToMove(claim: Claim, ports: Caches): boolean {
  if (isDeleting(claim) || isSpare(claim) || claim.spec.targetResourceName !== undefined) return false;
  const processes = processesUnder(claim.metadata.uid ?? "", ports);
  const once = processes.filter(({ spec }) => spec.restartPolicy !== "Always");
  return once.every(isOver) && (processes.length === 0 || once.length < processes.length);
}
