import { annotations, type Claim, type Process } from "../api/index.ts";

/** Asked to leave the machine that it is on, in good order. */
export function isAskedToLeave({ metadata, spec }: Claim): boolean {
  return spec.epoch > 0 && metadata.annotations?.[annotations.evict] === String(spec.epoch);
}

/** The machine that is better for it than the one that it is on; undefined: none is known. */
export function betterMachine({ metadata, spec }: Claim): string | undefined {
  const [epoch, ...name] = (metadata.annotations?.[annotations.moveTo] ?? "").split("/");
  return spec.epoch > 0 && epoch === String(spec.epoch) && name.length > 0 ? name.join("/") : undefined;
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
