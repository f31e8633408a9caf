/** What comes after what: the order of phases, what a change touches, and one member's way through them. Pure. */

export { isBare } from "./bare-process.ts";
export { isBound } from "./bound.ts";
export { contentHash } from "./content-hash.ts";
export { type DagNode, DagOrder, findCycle } from "./dag.ts";
export { entriesOf } from "./entries.ts";
export { betterMachine, isAskedToLeave, isOver, wasEvicted } from "./eviction.ts";
export { itemFilesName } from "./item-files.ts";
export { memberFacts } from "./member-facts.ts";
export {
  type Member,
  type MemberPhase,
  type MemberPlan,
  type MemberProgress,
  type MemberStep,
  planMember,
} from "./member-plan.ts";
export type { MemberProcess, ObservedProcess } from "./member-process.ts";
export { type MemberReadiness, memberReadiness } from "./member-readiness.ts";
export { finalFailure, type MemberObjects, memberOf, phaseFacts, revisionsOf } from "./member-view.ts";
export { isHeld, isOlderBinding } from "./older-binding.ts";
export {
  type OrderedPackage,
  type OrderedSoftware,
  type OrderedSoftwareInput,
  orderedSoftware,
} from "./ordered-software.ts";
export { hasOrdinal } from "./ordinals.ts";
export { archiveOf } from "./package-archive.ts";
export { onlyFor, originsOf, type PackageOrigin, sourceText } from "./package-origins.ts";
export { pressureText } from "./pressure-text.ts";
export { type ResolvedSoftware, resolveSoftware } from "./resolved-software.ts";
export { revisedWork } from "./revised-work.ts";
export { findPackage, revisionPackages } from "./revision-packages.ts";
export {
  memberRevision,
  phaseRevisions,
  type RevisedPhase,
  type RevisedSoftware,
  type RevisionContent,
  revisionContent,
} from "./revisions.ts";
export { isReadySpare, isSpare } from "./spare.ts";
export { isUncollected, keepersOf } from "./uncollected.ts";
export { userRefusal } from "./user-access.ts";
