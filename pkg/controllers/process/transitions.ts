import type { Process, ProcessStatus } from "../../api/index.ts";
import type { Transition } from "../../events/index.ts";

export function transitionsOf(process: Process, after: ProcessStatus): readonly Transition[] {
  const before = process.status;
  const on = after.resourceName === undefined ? "" : ` on ${after.resourceName}`;
  const isNewRun = before?.epoch !== after.epoch || before?.revision !== after.revision;
  const restarts = (after.restarts ?? 0) - (isNewRun ? 0 : (before?.restarts ?? 0));
  const restarted: readonly Transition[] =
    restarts > 0 ? [{ type: "Warning", reason: "Restarted", message: `restarted${on}${causeOf(after)}` }] : [];
  if (before?.state === after.state && !isNewRun) return restarted;
  return [...restarted, ...stateTransition(after, on)];
}

function stateTransition(after: ProcessStatus, on: string): readonly Transition[] {
  switch (after.state) {
    case "Ready":
      return [{ type: "Normal", reason: "Ready", message: `ready${on}` }];
    case "Exited":
      if (after.reason === "Stopped") return [{ type: "Normal", reason: "Stopped", message: `stopped${on}` }];
      if (after.exitCode === 0) return [{ type: "Normal", reason: "Exited", message: `exited with 0${on}` }];
      return after.exitCode === undefined
        ? []
        : [{ type: "Warning", reason: "Failed", message: `failed${on}: ${endOf(after)}` }];
    case "Failed":
      return [{ type: "Warning", reason: "Failed", message: `given up${on}: ${endOf(after)}` }];
    case "Lost":
      return [{ type: "Warning", reason: "Lost", message: `ended unseen${on}` }];
    default:
      return [];
  }
}

/** Of one that runs again the end has not been seen. */
function causeOf(after: ProcessStatus): string {
  return after.state === "Running" || after.state === "Ready" ? "" : `: ${endOf(after)}`;
}

function endOf({ exitCode, signal, message, output }: ProcessStatus): string {
  const end =
    message ?? (exitCode !== undefined ? `exited with ${exitCode}` : `ended by ${signal ?? "an unknown cause"}`);
  return output === undefined || output.trim() === "" ? end : `${end}; last output: ${output.trim()}`;
}
