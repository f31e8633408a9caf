/** Sinks of Events: has them sent, and tells how that goes. */
export { type EventSinkPorts, makeEventSinkController } from "./reconcile.ts";
