/** Revisions of an application, and the changes that steer which of them is rolled out. Pure. */
export {
  pauseChange,
  type RolloutChange,
  restartChange,
  resumeChange,
  rolloutManager,
  undoChange,
} from "./changes.ts";
export { currentRevision, earlierRevision, inOrder, marksOf, type RevisionMark } from "./revisions.ts";
export { type RolloutState, rolloutState } from "./rollout-state.ts";
