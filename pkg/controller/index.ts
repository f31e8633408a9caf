/** The runtime of control loops: sources, queue, reconcile, retries, metrics. */

export { type ConditionRow, conditionsWith } from "./condition-rows.ts";
export type { Controller, ControllerPorts, ReconcileContext, ReconcileResult, WatchSource } from "./controller.ts";
export { ControllerManager, type ControllerManagerOptions } from "./controller-manager.ts";
export { ensureFinalizer, type ObjectWrite, releaseFinalizer, writeStatus } from "./object-writes.ts";
