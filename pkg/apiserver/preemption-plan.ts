import { type Claim, isDeleting, type Resource } from "../api/index.ts";
import { deferRemoval } from "./binding-plan.ts";

/** Body of POST claims/NAME/preemption. */
export interface PreemptionRequest {
  /** The epoch that the caller believes the claim has. */
  readonly epoch: number;
  /** The machine that it is to give up. */
  readonly resourceUid: string;
  /** Who takes its place, for people. */
  readonly message: string;
}

export interface PreemptionInput {
  readonly claim: Claim;
  /** The machine that it is bound to, if that is there. */
  readonly resource: Resource | undefined;
  readonly request: PreemptionRequest;
  /** RFC 3339, of the failure with microseconds. */
  readonly now: string;
}

/** The objects as the one commit writes them, or why there is none. */
export type PreemptionPlan = { readonly claim: Claim; readonly resource: Resource } | { readonly refusal: string };

/**
 * Takes a claim's machine away. It keeps its epoch, so that the next holder's is higher, and waits for another machine;
 * what it holds becomes residue: the machine stops it in good order, and takes nobody else before that is gone.
 */
export function planPreemption({ claim, resource, request, now }: PreemptionInput): PreemptionPlan {
  const { epoch, resourceName, resourceUid } = claim.spec;
  if (isDeleting(claim)) return { refusal: "the claim is being deleted" };
  if (epoch !== request.epoch) return { refusal: `the claim has epoch ${epoch}, not ${request.epoch}` };
  if (resource === undefined || resourceUid !== request.resourceUid) return { refusal: "the claim is not there" };
  const { resourceName: _name, resourceUid: _uid, ...spec } = claim.spec;
  const { resourceName: _observed, readySince: _since, ...status } = claim.status ?? {};
  const failure = {
    reason: "Preempted",
    message: request.message,
    ...(resourceName !== undefined && { resourceName }),
    epoch,
    at: now,
  };
  return {
    claim: {
      ...claim,
      metadata: { ...claim.metadata, generation: (claim.metadata.generation ?? 0) + 1 },
      spec,
      status: { ...status, state: "Pending", failure },
    },
    resource: deferRemoval(resource, claim, "Preempted", now),
  };
}
