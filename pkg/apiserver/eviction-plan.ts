import {
  annotations,
  type Claim,
  type Component,
  isDeleting,
  kinds,
  type Process,
  type Resource,
  resolveCount,
} from "../api/index.ts";
import { isAskedToLeave, isBare, isOver } from "../graph/index.ts";
import { StatusError } from "../status/index.ts";
import { forbidden } from "./errors.ts";

/** A member, and what is known of those beside it. */
export interface MemberWorld {
  readonly claim: Claim;
  /** Absent for the claim of a bare process. */
  readonly component?: Component;
  /** Claims of the same component, this one among them. */
  readonly siblings: readonly Claim[];
  /** UIDs of claims of which a process is being stopped for good, or to be started anew. */
  readonly stopping: ReadonlySet<string>;
  /** The machine that it is bound to. */
  readonly resource?: Resource;
  /** Why no other machine takes it; absent: one does, as far as reservations go. */
  readonly nowhere?: string;
}

export interface PodWorld {
  readonly process: Process;
  /** Absent where it has no claim yet, or no more. */
  readonly member?: MemberWorld;
}

/**
 * done: it is on its way already. delete: the Process goes, and where it is a phase's, that makes a new one. move: the
 * whole member gets another machine, by this claim.
 */
export type EvictionPlan =
  | { readonly kind: "done" }
  | { readonly kind: "delete" }
  | { readonly kind: "move"; readonly claim: Claim };

/**
 * What asking a process to go means: one that a person made goes; one of a phase is started anew, on another machine
 * where its own takes no new work. Throws Forbidden where neither may be, TooManyRequests where not now.
 */
export function planPodEviction({ process, member }: PodWorld): EvictionPlan {
  const name = process.metadata.name ?? "";
  if (isDeleting(process)) return { kind: "done" };
  if (isBare(process)) return { kind: "delete" };
  if (isOver(process))
    throw forbidden(kinds.Pod, name, "the process has ended; what is told of it goes with its phase");
  if (member === undefined) return { kind: "done" };
  if (isCordoned(member)) return planMove(member);
  if (process.spec.restartPolicy === "Never")
    throw forbidden(kinds.Pod, name, "the process runs at most once (restartPolicy Never): nothing starts it again");
  checkDisruption(member);
  return { kind: "delete" };
}

/** The same of a whole member, which must be on a machine that takes no new work. */
export function planClaimEviction(member: MemberWorld): EvictionPlan {
  const { claim, component, resource } = member;
  const name = claim.metadata.name ?? "";
  if (isDeleting(claim) || resource === undefined) return { kind: "done" };
  if (component === undefined)
    throw forbidden(kinds.Claim, name, "it belongs to a process that a person made: nothing makes another");
  if (isCordoned(member)) return planMove(member);
  throw forbidden(kinds.Claim, name, `resource/${resource.metadata.name} takes new work; cordon it first`);
}

function planMove(member: MemberWorld): EvictionPlan {
  const { claim, nowhere } = member;
  const { name = "" } = claim.metadata;
  if (isAskedToLeave(claim)) return { kind: "done" };
  if (claim.spec.targetResourceName !== undefined)
    throw forbidden(kinds.Claim, name, `it is for resource/${claim.spec.targetResourceName} alone, and stays there`);
  checkDisruption(member);
  if (nowhere !== undefined)
    throw new StatusError("TooManyRequests", `Cannot evict pod as no other machine takes ${name}: ${nowhere}`);
  const evicted = { ...claim.metadata.annotations, [annotations.evict]: String(claim.spec.epoch) };
  return { kind: "move", claim: { ...claim, metadata: { ...claim.metadata, annotations: evicted } } };
}

/** Throws where too few members would be ready. One that is not ready anyway costs nothing. */
function checkDisruption({ claim, component, siblings, stopping }: MemberWorld): void {
  if (component === undefined) return;
  const isHealthy = (one: Claim): boolean =>
    one.status?.state === "Ready" && !isDeleting(one) && !isAskedToLeave(one) && !stopping.has(one.metadata.uid ?? "");
  if (!isHealthy(claim)) return;
  const { replicas, everyResource, updateStrategy } = component.spec;
  const wanted = everyResource ? siblings.length : replicas;
  const needed = wanted - Math.max(1, resolveCount(updateStrategy.maxUnavailable, wanted, "down"));
  const healthy = siblings.filter(isHealthy).length;
  if (healthy > needed) return;
  const message = `The disruption budget ${component.metadata.name} needs ${needed} healthy pods and has ${healthy} currently`;
  // Worded as Kubernetes words it: clients that drain machines try again.
  throw new StatusError("TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
    details: { causes: [{ reason: "DisruptionBudget", message }] },
  });
}

function isCordoned({ resource }: MemberWorld): boolean {
  return resource?.spec.unschedulable === true;
}
