import { type Component, type ComponentStatus, findCondition } from "../../api/index.ts";
import type { Transition } from "../../events/index.ts";

/** What has happened between the status that a component has and its next one. */
export function transitions({ status: before }: Component, after: ComponentStatus): readonly Transition[] {
  const happened: Transition[] = [];
  const stalled = findCondition(after.conditions, "Stalled");
  const wasStalled = findCondition(before?.conditions, "Stalled");
  if (stalled?.status === "True" && wasStalled?.reason !== stalled.reason) {
    happened.push({ type: "Warning", reason: stalled.reason, message: stalled.message });
  }
  const ready = findCondition(after.conditions, "Ready");
  const wasReady = findCondition(before?.conditions, "Ready")?.status === "True";
  if (ready?.status === "True" && !wasReady)
    happened.push({ type: "Normal", reason: ready.reason, message: ready.message });
  if (ready?.status === "False" && wasReady && ready.reason === "NotEnoughReady") {
    happened.push({ type: "Warning", reason: ready.reason, message: ready.message });
  }
  if (after.revision !== before?.revision && before?.revision !== undefined) {
    happened.push({ type: "Normal", reason: "Updated", message: `all members have revision ${after.revision}` });
  }
  return happened;
}
