import type { Claim } from "../api/index.ts";

/** A spare holds a machine with the software of its component, has no ordinal and runs nothing. */
export function isSpare({ spec }: Claim): boolean {
  return spec.componentName !== undefined && spec.ordinal === undefined;
}

/** Its software is in place where it is bound now: who takes it over need not install. */
export function isReadySpare(claim: Claim): boolean {
  const { spec, status, metadata } = claim;
  if (!isSpare(claim) || metadata.deletionTimestamp !== undefined || spec.resourceUid === undefined) return false;
  return status?.state === "Configured" && status.epoch === spec.epoch && status.revision === spec.revision;
}
