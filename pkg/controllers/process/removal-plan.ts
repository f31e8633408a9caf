import { type Claim, isDeleting, type Process } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";

/** A process that is being deleted, and what is known of its machine. */
export interface Removal {
  readonly process: Process;
  /** The claim under which it runs now; undefined: that is no more. */
  readonly claim?: Claim;
  readonly observation?: HostObservation;
  /** The machine that its claim has left answers, and has not removed yet what it holds. */
  readonly isOwed?: boolean;
}

const ended: ReadonlySet<string> = new Set(["Exited", "Failed", "Lost"]);

/**
 * Whether a deleted process may go: it has to be seen ended, because a document that merely leaves it out stops
 * nothing. Where nothing was reported of it, the machine must have taken a document that tells it to stop.
 */
export function mayGo({ process, claim, observation, isOwed = false }: Removal): boolean {
  const { spec, metadata } = process;
  if (isOwed) return false;
  if (claim === undefined || isDeleting(claim) || claim.spec.epoch !== spec.epoch) return true;
  if (observation?.state !== "connected") return false;
  const reports = observation.claims.get(claim.metadata.uid ?? "")?.processes ?? [];
  const report = reports.find(({ uid, epoch }) => uid === metadata.uid && epoch === spec.epoch);
  if (report !== undefined && report.state !== "Pending") return ended.has(report.state);
  return spec.suspend || observation.document.generation >= Number(metadata.resourceVersion);
}
