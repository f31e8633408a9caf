import type { Claim, ClaimFailure } from "../../api/index.ts";
import type { ClaimReport } from "../../protocol/index.ts";
import type { ClaimWorld } from "./observe.ts";
import type { Assessment, Decision } from "./plan.ts";

/** Why a claim that needs a machine has none. */
export interface Unplaced {
  readonly reason: "Unschedulable" | "NoDefaultPool" | "ReferenceNotFound" | "Waiting" | "QuotaExceeded";
  readonly message: string;
  /** Waiting will not help, as far as can be told. */
  readonly isStalled: boolean;
}

export interface StatusInput {
  readonly world: ClaimWorld;
  readonly assessment: Assessment;
  readonly decision: Decision;
  readonly unplaced?: Unplaced;
  /** Why it was bound to another machine just now. */
  readonly replaced?: ClaimFailure;
  /** What a claim that is being deleted waits for. */
  readonly releasing?: string;
}

/** How a claim does, all in all: what its conditions are made from. */
export interface ClaimSummary extends StatusInput {
  readonly claim: Claim;
  readonly report?: ClaimReport;
  readonly configured: boolean;
  readonly ready: boolean;
}
