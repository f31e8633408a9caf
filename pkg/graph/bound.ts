import type { Claim } from "../api/index.ts";

/** It has a machine. A member whose machine was taken by a more important one has an epoch, and none. */
export function isBound({ spec }: Claim): boolean {
  return spec.epoch > 0 && spec.resourceUid !== undefined;
}
