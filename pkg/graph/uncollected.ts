import { isDeleting, type Process } from "../api/index.ts";

/**
 * Whether what a process leaves has still to be fetched from its machine: it has ended and is not started again, or all
 * of its application has ended. What was fetched of the same run before is enough, unless the run has ended since.
 * `keeps`: what is to be kept of its member is fetched with it, once the application has ended.
 */
export function isUncollected(process: Process, hasApplicationEnded: boolean, keeps = false): boolean {
  const { spec, status } = process;
  if (isDeleting(process) || status?.epoch === undefined || status.state === undefined) return false;
  const hasRun = status.state !== "Pending";
  const hasEnded = status.state === "Exited" || status.state === "Failed";
  if (!(hasApplicationEnded ? hasRun : hasEnded && spec.restartPolicy !== "Always")) return false;
  const { collected } = status;
  const isLacking = keeps && hasApplicationEnded && collected?.kept !== true;
  return !(
    !isLacking &&
    collected?.epoch === status.epoch &&
    collected.revision === status.revision &&
    collected.finishedAt === status.finishedAt
  );
}

/** Of each member's processes, the one with which is fetched what is to be kept of the member: by uid. */
export function keepersOf(processes: readonly Process[]): ReadonlySet<string> {
  const keepers = new Map<string, Process>();
  for (const process of processes) {
    const { claimUid } = process.spec;
    const { state } = process.status ?? {};
    if (claimUid === undefined || isDeleting(process) || state === undefined || state === "Pending") continue;
    const known = keepers.get(claimUid);
    if (known === undefined || (process.metadata.name ?? "") > (known.metadata.name ?? ""))
      keepers.set(claimUid, process);
  }
  return new Set([...keepers.values()].map(({ metadata }) => metadata.uid ?? ""));
}
