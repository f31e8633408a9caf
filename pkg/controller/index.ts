/** The runtime of control loops: sources, queue, reconcile, retries, metrics. */
export type { Controller, ControllerPorts, ReconcileContext, ReconcileResult, WatchSource } from "./controller.ts";
export { ensureFinalizer, type ObjectWrite, releaseFinalizer, writeStatus } from "./object-writes.ts";
