import type { KneeRule } from "./knee.ts";

/** When a barrier lets its members go. Without any field: when all expected have entered. */
export interface ReleaseRule {
  /** Early release: so many members. */
  readonly count?: number;
  /** Early release: so many of the expected, 0 to 100, rounded up. */
  readonly percent?: number;
  /** After so long since the opening: released with what is there, if that is enough (`minimum`), else failed. */
  readonly timeoutMs?: number;
  /** What is enough at the timeout. A number of members or "90%"; default: what an early release takes. */
  readonly minimum?: number | string;
  /** Early release with at least `minimum` members, once those that are missing are stragglers. */
  readonly knee?: KneeRule;
}

/** How many members release a barrier, and how many are enough at its timeout. */
export interface Thresholds {
  readonly release: number;
  readonly minimum: number;
  /** How `release` came about, as words for messages: "all 10", "95% of 10 = 10", "a count of 3". */
  readonly words: string;
  readonly rule: "all" | "count" | "percent";
}

export function thresholds(rule: ReleaseRule, expected: number): Thresholds {
  const early = earlyRelease(rule, expected);
  const minimum = rule.minimum === undefined ? early.release : resolveAmount(rule.minimum, expected);
  return { ...early, minimum };
}

/** A count, or a percentage of `total` rounded up: "5" and 5 are five, "50%" of 3 is 2. Text that is neither is 0. */
export function resolveAmount(amount: number | string, total: number): number {
  if (typeof amount === "number") return amount;
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(amount);
  if (match === null) return 0;
  const value = Number(match[1]);
  return match[2] === "%" ? percentOf(value, total) : value;
}

function earlyRelease(rule: ReleaseRule, expected: number): Omit<Thresholds, "minimum"> {
  if (rule.count !== undefined) {
    return { release: rule.count, words: `a count of ${rule.count}`, rule: "count" };
  }
  if (rule.percent !== undefined) {
    const release = percentOf(rule.percent, expected);
    return { release, words: `${rule.percent}% of ${expected} = ${release}`, rule: "percent" };
  }
  return { release: expected, words: `all ${expected}`, rule: "all" };
}

/** Rounded up; the product is cut to nine digits first, as 7% of 100 is 7.000000000000001 in binary. */
function percentOf(percent: number, total: number): number {
  return Math.ceil(Number(((percent * total) / 100).toFixed(9)));
}
