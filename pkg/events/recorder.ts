import type { KubeObject } from "../api/index.ts";

/** Records what happened to an object as core/v1 Events; repeats raise a count instead of making new ones. */
export interface EventRecorder {
  /** `reason` is a CamelCase word; never throws, never waits. */
  record(object: KubeObject, type: "Normal" | "Warning", reason: string, message: string): void;
}
