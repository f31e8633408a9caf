import type { ClaimOrder, Receipt } from "../protocol/index.ts";
import type { ClaimEntry } from "./ledger/entry.ts";
import { isRemoved, succeed } from "./plan-order.ts";
import { claimState } from "./report/claim-state.ts";

/** Entries of both sides once one claim has taken over what another held. */
export interface Takeover {
  readonly heir: ClaimEntry;
  /** Nothing is left under the old uid. */
  readonly former: ClaimEntry;
}

/**
 * What becomes of both entries where `order` takes over a claim's directory with its software; undefined where it cannot:
 * then the one is removed and the other begins anew. Only a claim at rest is taken over, one that runs nothing, and has
 * all that was ordered installed.
 */
export function planTakeover(
  order: ClaimOrder,
  heir: ClaimEntry | undefined,
  former: ClaimEntry | undefined,
  at: string,
): Takeover | undefined {
  if (former === undefined || order.intent !== "Run" || order.takesOver !== former.uid) return undefined;
  if (heir !== undefined && (!isRemoved(heir) || heir.epoch >= order.epoch)) return undefined;
  const isAtRest = former.successor === undefined && former.removal === undefined && former.order.intent === "Run";
  if (!isAtRest || Object.keys(former.processes).length > 0 || claimState(former) !== "Configured") return undefined;
  const fresh = { uid: order.uid, epoch: order.epoch, order, processes: {}, ports: {} };
  const begun = heir === undefined ? fresh : succeed(heir, order);
  return {
    heir: { ...begun, takenOver: former.uid, software: former.software },
    former: leftEntry(former, order, at),
  };
}

/** The entry of a claim that was taken over: as if removed, but what it held goes on. */
export function leftEntry(former: ClaimEntry, order: ClaimOrder, at: string): ClaimEntry {
  const receipt: Receipt = {
    epoch: former.epoch,
    at,
    stopped: [],
    removed: [],
    kept: [`taken over by ${order.namespace}/${order.name}`],
    failures: [],
  };
  return { ...former, software: [], processes: {}, ports: {}, receipt };
}
