import type { SoftwareReport } from "../../protocol/index.ts";
import type { Transfer } from "../blobs/blob-cache.ts";
import type { SoftwareEntry } from "../ledger/entry.ts";
import type { InstallOutcome, TaskObservation } from "../plan-input.ts";

/** What is told of a package in a claim. `transfer` finds how far sending a blob has come. */
export function softwareReport(
  software: SoftwareEntry,
  task: TaskObservation<InstallOutcome> | undefined,
  transfer: (digest: string) => Transfer | undefined,
): SoftwareReport {
  const { name, order, attempts, output } = software;
  const sent = order.digest === undefined ? undefined : transfer(order.digest);
  const { reason, message } = failureOf(software, sent);
  return {
    name,
    ...(order.digest !== undefined && { digest: order.digest }),
    state: stateOf(software, task, sent),
    bytes: sent?.bytes ?? 0,
    total: sent?.total ?? 0,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(output !== undefined && { output }),
    attempts,
  };
}

function stateOf(
  { state }: SoftwareEntry,
  task: TaskObservation<InstallOutcome> | undefined,
  sent: Transfer | undefined,
): SoftwareReport["state"] {
  if (state === "Installed") return state;
  if (task?.state === "busy") return task.step === "Unpacking" ? "Unpacking" : "Installing";
  if (state === "Failed" || sent?.failure !== undefined) return "Failed";
  return sent !== undefined && sent.bytes < sent.total ? "Fetching" : "Pending";
}

function failureOf(software: SoftwareEntry, sent: Transfer | undefined): Pick<SoftwareEntry, "reason" | "message"> {
  if (software.state === "Installed" || software.reason !== undefined) return software;
  return sent?.failure ?? {};
}
