import type { KubeObject } from "../api/index.ts";
import type { EventRecorder } from "./recorder.ts";

/** What is worth telling a person about the change from one status to the next. */
export interface Transition {
  readonly type: "Normal" | "Warning";
  /** A CamelCase word. */
  readonly reason: string;
  readonly message: string;
}

/** Tells each as an Event of the object. */
export function recordTransitions(events: EventRecorder, object: KubeObject, transitions: readonly Transition[]): void {
  for (const { type, reason, message } of transitions) events.record(object, type, reason, message);
}
