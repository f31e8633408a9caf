import { isDeleting, type Process } from "../api/index.ts";

/**
 * Whether what a process leaves has still to be fetched from its machine: it has ended and is not started again, or all
 * of its application has ended. What was fetched of the same run before is enough, unless the run has ended since.
 */
export function isUncollected(process: Process, hasApplicationEnded: boolean): boolean {
  const { spec, status } = process;
  if (isDeleting(process) || status?.epoch === undefined || status.state === undefined) return false;
  const hasRun = status.state !== "Pending";
  const hasEnded = status.state === "Exited" || status.state === "Failed";
  if (!(hasApplicationEnded ? hasRun : hasEnded && spec.restartPolicy !== "Always")) return false;
  const { collected } = status;
  return !(
    collected?.epoch === status.epoch &&
    collected.revision === status.revision &&
    collected.finishedAt === status.finishedAt
  );
}
