/** The runtime of control loops: sources, queue, reconcile, retries, metrics. */
export type { Controller, ControllerPorts, ReconcileContext, ReconcileResult, WatchSource } from "./controller.ts";
