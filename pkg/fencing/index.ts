/**
 * Leases of ordinals: who may run, and when nobody does any more. Promises that no two holders of an ordinal have a lease
 * at once, over restarts of the server, restores, and the deletion of everything that asked for it. Knows no API object;
 * moves nothing: whoever wants an ordinal elsewhere asks how long it is held.
 */
export { type HeldLease, LeaseBook, type LeaseBookOptions } from "./lease-book.ts";
export type { FencedMember, FenceEvidence } from "./plan-fence.ts";
