/**
 * Matching: which machine a claim should have, and why each of the others will not do. Pure and deterministic; the
 * reservation itself is made by whoever commits it, against the state of that moment.
 */
export type { AttributeRequirement } from "./attribute-terms.ts";
export { componentIdentity } from "./component-identity.ts";
export { defaultPools } from "./default-pools.ts";
export { type Candidate, fewestClaims, isByClaimsAlone } from "./fewest-claims.ts";
export type {
  AllocationView,
  Capacity,
  MachineView,
  MatchRequest,
  PackageNeed,
  Refusal,
  RefusalReason,
} from "./machine-view.ts";
export { type MatchResult, match, misfitOf, type RankedMachine, refusalOf } from "./match.ts";
export { type Occupant, type Preemption, planPreemption } from "./preemption.ts";
export { summarizeRefusals } from "./summary.ts";
