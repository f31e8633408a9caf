import type { Action } from "../plan-input.ts";
import type { TaskInput } from "./task-input.ts";

export async function installSoftware(
  _input: TaskInput,
  _action: Extract<Action, { kind: "install" }>,
): Promise<void> {}
export async function discardSoftware(
  _input: TaskInput,
  _action: Extract<Action, { kind: "discard" }>,
): Promise<void> {}
