import type { AgentDocument, ClaimOrder } from "../protocol/index.ts";
import type { ClaimEntry } from "./ledger/entry.ts";

/** The document's orders by claim; where it names a claim twice the later epoch counts. */
export function ordersByClaim(document: AgentDocument | undefined): ReadonlyMap<string, ClaimOrder> {
  const orders = new Map<string, ClaimOrder>();
  for (const order of document?.claims ?? []) {
    const known = orders.get(order.uid);
    if (known === undefined || known.epoch < order.epoch) orders.set(order.uid, order);
  }
  return orders;
}

/**
 * The entry after an order for it was accepted. `order` undefined: the document does not name the claim, which is no
 * order; only what was removed and acknowledged is forgotten then. Returns the same entry where nothing changes.
 */
export function receiveOrder(entry: ClaimEntry | undefined, order: ClaimOrder | undefined): ClaimEntry | undefined {
  if (order === undefined) return entry?.acknowledged ? undefined : entry;
  if (entry === undefined) return freshEntry(order);
  if (order.epoch < entry.epoch) return entry;
  if (isRemoved(entry)) {
    return order.epoch === entry.epoch ? entry : succeed(entry, order);
  }
  if (order.epoch === entry.epoch) return sameOrder(entry.order, order) ? entry : { ...entry, order };
  // A removal is of everything under this uid, whatever epoch it ran for.
  if (order.intent === "Remove") return withoutSuccessor({ ...entry, epoch: order.epoch, order });
  return entry.successor !== undefined && sameOrder(entry.successor, order) ? entry : { ...entry, successor: order };
}

/** Whether nothing of the claim's epoch is left on the machine. */
export function isRemoved(entry: ClaimEntry): boolean {
  return entry.receipt !== undefined && entry.receipt.epoch >= entry.epoch;
}

/** The entry with which a later epoch begins; a receipt that nobody acknowledged yet is carried along. */
export function succeed(entry: ClaimEntry, order: ClaimOrder): ClaimEntry {
  return {
    ...freshEntry(order),
    ...(entry.receipt !== undefined && !entry.acknowledged && { receipt: entry.receipt }),
  };
}

/** Whether a document names the claim at its epoch, or a later one. */
export function isOrphan(entry: ClaimEntry, order: ClaimOrder | undefined): boolean {
  return order === undefined || order.epoch < entry.epoch;
}

/** The entry after the server has stored its receipt; `orphan`: no document orders the removal any more. */
export function acknowledgeReceipt(entry: ClaimEntry, orphan: boolean): ClaimEntry | undefined {
  if (entry.receipt === undefined || entry.acknowledged) return entry;
  if (isRemoved(entry)) return orphan ? undefined : { ...entry, acknowledged: true };
  const { receipt: _told, ...rest } = entry;
  return rest;
}

/**
 * Whether two orders differ in nothing but news: peers, and what barriers answer. Those change whenever a member becomes
 * ready anywhere, and are not worth a write that waits for the disk: nothing is started or stopped by them, and the
 * server tells them again.
 */
export function differInNewsOnly(left: readonly ClaimOrder[], right: readonly ClaimOrder[]): boolean {
  return JSON.stringify(left.map(withoutNews)) === JSON.stringify(right.map(withoutNews));
}

function withoutNews({ peers: _peers, barriers: _barriers, ...order }: ClaimOrder): Omit<ClaimOrder, "peers"> {
  return order;
}

function freshEntry(order: ClaimOrder): ClaimEntry {
  return { uid: order.uid, epoch: order.epoch, order, software: [], processes: {}, ports: {} };
}

function withoutSuccessor(entry: ClaimEntry): ClaimEntry {
  const { successor: _gone, ...rest } = entry;
  return rest;
}

/** Peers, which are most of an order, are compared where nothing else tells the two apart. */
function sameOrder({ peers: left, ...one }: ClaimOrder, { peers: right, ...other }: ClaimOrder): boolean {
  if (left.revision !== right.revision || JSON.stringify(one) !== JSON.stringify(other)) return false;
  return left.components === right.components || JSON.stringify(left) === JSON.stringify(right);
}
