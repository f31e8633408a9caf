import type { Process, ProcessStatus } from "../api/index.ts";
import { type ConditionRow, conditionsWith } from "./condition-rows.ts";

/** What is told of a process whose machine has the order and has not reported it yet. */
export const orderedMessage = "ordered of its machine";

/** Why it cannot be started, where it cannot. */
interface Fault {
  readonly reason: string;
}

/** Conditions of a process that has not begun. */
export function pendingRows(message: string, fault?: Fault): readonly ConditionRow[] {
  return [
    ["Ready", "False", fault?.reason ?? "Pending", message],
    ["Reconciling", "True", "Pending", message],
    fault === undefined ? ["Stalled", "False", "NotStalled", ""] : ["Stalled", "True", fault.reason, message],
  ];
}

/**
 * A process that is about to be made and ordered of a machine, with what is told of it until that machine reports: made in
 * one write, and not in two.
 */
export function orderedProcess(process: Process, resourceName: string, nowText: string): Process {
  const generation = 1;
  const first = { ...process, metadata: { ...process.metadata, generation } };
  const status: ProcessStatus = {
    ...{ state: "Pending", message: orderedMessage, resourceName, observedGeneration: generation },
    conditions: conditionsWith(first, pendingRows(orderedMessage), nowText),
  };
  return { ...process, status };
}
