/**
 * Who may be granted a lease: pure. For each ordinal one holder is on record, and the record is on disk before the first
 * grant to it is signed. Another takes its place only once every grant to the one before is certainly over. So whatever
 * was granted was granted to who is on record, and a server that starts anew has to wait for that one alone.
 */

/** An ordinal, by names: it is the same one after its application was deleted and made anew. */
export interface FenceKey {
  readonly namespace: string;
  /** Empty for a component that stands alone. */
  readonly application: string;
  readonly component: string;
  readonly ordinal: number;
}

/** On record: who was granted leases last, and where. */
export interface FenceHolder {
  readonly claimUid: string;
  readonly epoch: number;
  readonly resourceUid: string;
  /** Boot identity of the machine: under another one nothing of it runs. */
  readonly boot: string;
  /** The longest lease that it may have been granted. */
  readonly longestMs: number;
}

/** A claim as it is bound now, of a component with fencing. */
export interface FencedMember {
  readonly key: FenceKey;
  readonly claimUid: string;
  readonly epoch: number;
  readonly resourceUid: string;
  readonly leaseMs: number;
  /** It is being deleted: what it has it may keep until it has stopped, and nothing begins. */
  readonly isLeaving: boolean;
}

export interface FenceWish {
  readonly epoch: number;
  readonly resourceUid: string;
  readonly boot: string;
  /** It holds a grant for it that has not run out. */
  readonly holds: boolean;
}

export interface FenceInput {
  readonly wish: FenceWish;
  readonly member: FencedMember;
  /** Undefined: the ordinal was never held. */
  readonly holder: FenceHolder | undefined;
  /** Every grant to the holder is over: by time, or by evidence. */
  readonly isOver: boolean;
  /** It has been seen that the holder runs no more; it will not again. */
  readonly isGivenUp: boolean;
  /** False while grants may be about of which the store knows nothing: it came out of a backup a moment ago. */
  readonly isSettled: boolean;
}

/** record: this holder first has to be on disk. wait: another may hold it still. refuse: not for this one. */
export type FenceDecision =
  | { readonly kind: "grant" }
  | { readonly kind: "record"; readonly holder: FenceHolder }
  | { readonly kind: "wait" }
  | { readonly kind: "refuse" };

export function planFence({ wish, member, holder, isOver, isGivenUp, isSettled }: FenceInput): FenceDecision {
  if (wish.epoch !== member.epoch || wish.resourceUid !== member.resourceUid) return { kind: "refuse" };
  const isSame = holder !== undefined && isOf(holder, member);
  const isSameBoot = isSame && holder.boot === wish.boot;
  if (isSameBoot && isGivenUp) return { kind: "refuse" };
  if (member.isLeaving && !isSameBoot) return { kind: "refuse" };
  // Who holds a grant that has not run out proves by it that nobody else does.
  if (!isSettled && !wish.holds) return { kind: "wait" };
  const isFree = holder === undefined || isSame || isOver || !isSettled;
  if (!isFree) return { kind: "wait" };
  if (isSameBoot && holder.longestMs >= member.leaseMs) return { kind: "grant" };
  const { claimUid, epoch, resourceUid, leaseMs } = member;
  const longestMs = isSameBoot ? Math.max(leaseMs, holder.longestMs) : leaseMs;
  return { kind: "record", holder: { claimUid, epoch, resourceUid, boot: wish.boot, longestMs } };
}

/** The same claim, bound to the same machine by the same binding. */
export function isOf(holder: FenceHolder, member: Pick<FencedMember, "claimUid" | "epoch" | "resourceUid">): boolean {
  const { claimUid, epoch, resourceUid } = member;
  return holder.claimUid === claimUid && holder.epoch === epoch && holder.resourceUid === resourceUid;
}

/** How long after the last grant of a lease it is certainly over: clocks of two machines do not go quite alike. */
export function surelyOverMs(leaseMs: number): number {
  return leaseMs + Math.max(1000, leaseMs / 100);
}

/** What a machine says of itself. */
export interface FenceEvidence {
  readonly boot: string;
  /** Epoch of the receipt that it gave for a claim; undefined: none. */
  readonly receiptOf: (claimUid: string) => number | undefined;
}

/** Whether what its machine says proves that a holder runs no more: another boot, or a receipt. */
export function provesOver(holder: FenceHolder, { boot, receiptOf }: FenceEvidence): boolean {
  return holder.boot !== boot || (receiptOf(holder.claimUid) ?? -1) >= holder.epoch;
}
