import type { Resource } from "./generated/types.ts";

/** The pool whose claims go to a machine at the moment: the one to which it is lent, else its own. */
export function usingPool({ spec, status }: Resource): string | undefined {
  return status?.loan?.pool ?? spec.poolName;
}

/** It goes back to its own pool, and is being emptied for that. */
export function isGoingBack({ status }: Resource): boolean {
  return status?.loan?.ending !== undefined;
}
