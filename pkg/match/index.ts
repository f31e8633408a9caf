/**
 * Matching: which machine a claim should have, and why each of the others will not do. Pure and deterministic; the
 * reservation itself is made by whoever commits it, against the state of that moment.
 */
export type { AttributeRequirement } from "./attribute-terms.ts";
export { fromMicro } from "./bounds.ts";
export { MachineChooser } from "./choice/machine-chooser.ts";
export type { MachineRows } from "./choice/machine-rows.ts";
export { componentIdentity } from "./component-identity.ts";
export { defaultPools } from "./default-pools.ts";
export { type Improvement, improvementOf } from "./improvement.ts";
export type {
  AllocationView,
  Capacity,
  MachineView,
  MatchRequest,
  PackageNeed,
} from "./machine-view.ts";
export { type MatchResult, match, misfitOf, type RankedMachine, refusalOf } from "./match.ts";
export { membersOn } from "./members-on.ts";
export type { PeerTerm } from "./peer-term.ts";
export { type Occupant, type Preemption, planPreemption } from "./preemption.ts";
export type { Refusal, RefusalReason } from "./refusal.ts";
export { capacityOf, type JointRule, jointRules, type OwnWishes, ownWishes, type Target } from "./requirements.ts";
export { type PenaltyTerm, penaltyOf, termsOf } from "./score.ts";
export { requestBeside, type Sets } from "./sets/beside.ts";
export { findSet, type SetResult, searchSet } from "./sets/find-set.ts";
export type { GroupRequest, GroupTerm } from "./sets/group-request.ts";
export { newPace, type Pace, type Search } from "./sets/pace.ts";
export { type SeatGroup, seatTogether } from "./sets/seat-together.ts";
export { spreadFault } from "./sets/spread-fault.ts";
export { countRefusals, summarizeRefusals } from "./summary.ts";
export { isVersionRange, newestInRange } from "./version-range.ts";
export { type PoolFault, wantedPools } from "./wanted-pools.ts";
