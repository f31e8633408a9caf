/** Revisions of an application, and which of them is rolled out. Pure. */
export { currentRevision, earlierRevision, inOrder, marksOf, type RevisionMark } from "./revisions.ts";
export { type RolloutState, rolloutState } from "./rollout-state.ts";
