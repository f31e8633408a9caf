import type { Claim, Process, ProcessStatus } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import type { Suspect } from "./failure-plan.ts";

/** Members that run, or install, the same. */
export interface Siblings {
  readonly claim: Claim;
  readonly siblings: readonly Claim[];
  readonly siblingProcesses: readonly Process[];
}

/** Whether the same package is installed, or the same process ready, on another machine: then this one is to blame. */
export function worksElsewhere(suspect: Suspect, { claim, siblings, siblingProcesses }: Siblings): boolean {
  const here = claim.spec.resourceName;
  if (suspect.kind === "software") {
    return siblings.some(
      ({ metadata, spec, status }) =>
        metadata.uid !== claim.metadata.uid &&
        spec.resourceName !== here &&
        (status?.software ?? []).some(
          ({ name, digest, state }) => name === suspect.name && digest === suspect.digest && state === "Installed",
        ),
    );
  }
  if (suspect.kind !== "process") return false;
  const { spec, status } = suspect.process;
  // It came too late for a barrier: so it would anywhere.
  if (status?.reason === "LateForBarrier") return false;
  return siblingProcesses.some(
    (other) =>
      other.spec.phase === spec.phase &&
      other.spec.process === spec.process &&
      other.spec.revision === spec.revision &&
      other.status?.revision === spec.revision &&
      other.status.state === "Ready" &&
      other.status.resourceName !== here &&
      wasUp(other.status, status),
  );
}

/**
 * Whether one ran already when the other last ended. Where something that all need was away for a while, the first that
 * is up again says nothing of those that wait for their next start: they are not all to be moved.
 */
function wasUp({ startedAt }: ProcessStatus, { state, finishedAt }: ProcessStatus = {}): boolean {
  const [up, down] = [startedAt, finishedAt].map((text) => parseTimestamp(text ?? ""));
  if (down === undefined) return state === "Failed";
  return up === undefined || up <= down;
}

/** A monitor that fails wherever it is asked says nothing about this machine. Where it is asked nowhere else, it counts. */
export function failsEverywhere(suspect: Suspect | undefined, { claim, siblings }: Siblings): boolean {
  if (suspect?.kind !== "monitor") return false;
  const elsewhere = siblings.filter(
    ({ metadata, spec }) => metadata.uid !== claim.metadata.uid && spec.resourceName !== claim.spec.resourceName,
  );
  const said = elsewhere.flatMap(({ status }) => status?.monitors?.find(({ name }) => name === suspect.name) ?? []);
  return said.length > 0 && said.every(({ state }) => state === "Failing");
}
