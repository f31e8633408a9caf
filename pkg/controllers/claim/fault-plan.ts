import type { Claim, Process } from "../../api/index.ts";
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
      other.status.resourceName !== here,
  );
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
