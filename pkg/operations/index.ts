/**
 * What commands and the console do alike: the changes that they make of objects, what a drain moves, a command on many
 * machines. Nothing here knows a terminal or a page, nor reaches a module of Node's.
 */
export { type Answer, type AnswerGroup, AnswerGroups, endingOf, groupTitle, nameOf } from "./answer-groups.ts";
export {
  abortChange,
  type Change,
  cordonChange,
  defaultHoldMs,
  letGoChange,
  metadataChange,
  pauseRolloutChange,
  readMetadataWord,
  restartChange,
  resumePoolChange,
  resumeRolloutChange,
  scaleChange,
  suspendSyncChange,
  syncNowChange,
  trustChange,
  undoChange,
} from "./changes.ts";
export { drainMachine, observeDrain } from "./drain.ts";
export { claimName, planDrain } from "./drain-plan.ts";
export { foldNames } from "./fold-names.ts";
export { type Printed, PrintedPieces, printedText } from "./printed.ts";
export { controlRun, runStream } from "./run-stream.ts";
export { RunTally } from "./run-tally.ts";
export { type IssuedToken, issueToken, readExpiry, type TokenRequest, tokenKubeconfig } from "./token.ts";
