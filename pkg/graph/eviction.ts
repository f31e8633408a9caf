import { annotations, type Claim, type Process } from "../api/index.ts";

/** Asked to leave the machine that it is on, in good order. */
export function isAskedToLeave({ metadata, spec }: Claim): boolean {
  return spec.epoch > 0 && metadata.annotations?.[annotations.evict] === String(spec.epoch);
}

/**
 * A run on the machine that its claim was asked to leave, and has left. Its Process goes and another one comes, so that
 * whoever waits for the machine to be empty sees it go.
 */
export function wasEvicted(claim: Claim, process: Process): boolean {
  const asked = Number(claim.metadata.annotations?.[annotations.evict] ?? 0);
  return process.spec.epoch <= asked && asked < claim.spec.epoch;
}

/** Ended by itself, and not to be started again: it needs nothing of its machine. */
export function isOver({ spec, status }: Process): boolean {
  if (spec.restartPolicy === "Always" || status?.epoch !== spec.epoch || status.revision !== spec.revision)
    return false;
  return status.state === "Exited" || status.state === "Failed";
}
