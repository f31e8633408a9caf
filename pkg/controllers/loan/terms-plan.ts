import type { MachineLoan, PoolLend, PoolLoan, Resource, ResourcePool } from "../../api/index.ts";
import { durationMs, formatTimestamp, parseTimestamp } from "../../clock/index.ts";

/** Where a pool that borrows does not say it. */
const usualLoan: PoolLoan = { duration: "1h", renewBefore: "10m" };

export interface Terms {
  readonly durationMs: number;
  readonly renewBeforeMs: number;
}

export function termsOf({ spec }: ResourcePool): Terms {
  const { duration, renewBefore } = spec.loan ?? usualLoan;
  return { durationMs: durationMs(duration), renewBeforeMs: durationMs(renewBefore) };
}

export function untilOf({ until }: MachineLoan): number {
  return parseTimestamp(until) ?? 0;
}

/** The next term: it begins where this one ends, or now where that is over already. */
export function renewed(loan: MachineLoan, untilAt: number): MachineLoan {
  return { ...loan, until: formatTimestamp(untilAt), term: loan.term + 1 };
}

/** No further term. `atMost`: it goes back by then, also where its term would be longer. */
export function ended(
  loan: MachineLoan,
  ending: NonNullable<MachineLoan["ending"]>,
  atMost = Number.POSITIVE_INFINITY,
): MachineLoan {
  const until = untilOf(loan) > atMost ? formatTimestamp(atMost) : loan.until;
  return { ...loan, until, ending };
}

export function lendsTo(lend: PoolLend | undefined, borrower: string): boolean {
  return lend !== undefined && (lend.pools.includes("*") || lend.pools.includes(borrower));
}

/** Emptier ones go first: nobody has to move for them. Then those with the later name. */
export function byWork(left: Resource, right: Resource): number {
  const claims = ({ status }: Resource): number => status?.allocations?.length ?? 0;
  return claims(right) - claims(left) || ((left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1);
}
