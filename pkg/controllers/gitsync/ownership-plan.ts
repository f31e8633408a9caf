/** A sync that has applied an object. */
export interface Claimant {
  /** "namespace/name". */
  readonly name: string;
  readonly createdAt: string;
  readonly uid: string;
  /** It still has the object in its inventory. */
  readonly holds: boolean;
}

/**
 * The one of several syncs that an object belongs to: who holds it, the oldest of them. Undefined: it is `own`'s. So the
 * same one wins whoever looks, and in whichever order.
 */
export function ownerOf(own: Claimant, others: readonly Claimant[]): Claimant | undefined {
  const older = others.filter(({ holds }) => holds).filter((other) => !own.holds || isOlder(other, own));
  return older.sort((left, right) => (isOlder(left, right) ? -1 : 1))[0];
}

function isOlder(left: Claimant, right: Claimant): boolean {
  if (left.createdAt !== right.createdAt) return left.createdAt < right.createdAt;
  return left.uid < right.uid;
}
