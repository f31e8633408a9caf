/** The runtime of control loops: sources, queue, reconcile, retries, metrics. */

export { isBeyondBarriers, isMoreThan, isWish, isWishOr, isWishOrForeign } from "./changes.ts";
export { type ChildWrite, type QuotaRefusal, quotaRecheckMs, writeChildren } from "./child-writes.ts";
export { type ConditionRow, conditionsWith } from "./condition-rows.ts";
export type { Controller, ControllerPorts, ReconcileContext, ReconcileResult, WatchSource } from "./controller.ts";
export { ControllerManager, type ControllerManagerOptions } from "./controller-manager.ts";
export { Memo } from "./memo.ts";
export { type Names, namesOfOthers } from "./names-of-others.ts";
export { ensureFinalizer, type ObjectWrite, releaseFinalizer, writeStatus } from "./object-writes.ts";
export { orderedMessage, orderedProcess, pendingRows } from "./pending-process.ts";
export { planned } from "./planning.ts";
export { type PoolBrake, type PoolBrakeInput, poolBrake } from "./pool-brake.ts";
export { processesUnder } from "./processes-under.ts";
