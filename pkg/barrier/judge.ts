import { formatDuration } from "../clock/index.ts";
import { type ReleaseRule, type Thresholds, thresholds } from "./release-rule.ts";

/** What is known of one round. Members are named as messages shall name them ("servers-3"). */
export interface BarrierRound {
  readonly rule: ReleaseRule;
  readonly expected: readonly string[];
  /** Those not expected do not count. */
  readonly entered: readonly string[];
  /** Expected members that will not enter; one that also entered counts as entered. */
  readonly failed: readonly string[];
  /** How long the round has been open. */
  readonly elapsedMs: number;
}

export type BarrierVerdict =
  | {
      readonly state: "Waiting";
      readonly message: string;
      /** When the timeout decides; absent where there is none. */
      readonly recheckAfterMs?: number;
    }
  | {
      readonly state: "Released";
      readonly rule: "all" | "count" | "percent" | "timeout";
      /** Expected members that had entered, and those that had not; both sorted. */
      readonly members: readonly string[];
      readonly missing: readonly string[];
      readonly message: string;
    }
  | { readonly state: "Failed"; readonly reason: "BarrierUnreachable" | "BarrierTimeout"; readonly message: string };

/** Decides one round of a barrier. The caller stores a release before anyone is told, and then asks no more. */
export function judgeBarrier(round: BarrierRound): BarrierVerdict {
  const count = tally(round);
  const need = thresholds(round.rule, count.expected);
  const { timeoutMs } = round.rule;
  if (count.members.length >= need.release) return released(need.rule, count, need);
  if (timeoutMs !== undefined && round.elapsedMs >= timeoutMs) return atTimeout(count, need, timeoutMs);

  const enough = timeoutMs === undefined ? need.release : Math.min(need.release, need.minimum);
  const reachable = count.expected - count.failed.length;
  if (reachable < enough)
    return { state: "Failed", reason: "BarrierUnreachable", message: arithmetic(count, need, enough) };
  return {
    state: "Waiting",
    message: `${count.members.length} of ${count.expected} entered, ${need.words} needed${missingWords(count.waiting)}`,
    ...(timeoutMs !== undefined && { recheckAfterMs: timeoutMs - round.elapsedMs }),
  };
}

interface Tally {
  readonly expected: number;
  readonly members: readonly string[];
  readonly missing: readonly string[];
  readonly failed: readonly string[];
  readonly waiting: readonly string[];
}

function tally(round: BarrierRound): Tally {
  const expected = [...new Set(round.expected)].sort(byNumber);
  const entered = new Set(round.entered);
  const failed = new Set(round.failed);
  const missing = expected.filter((member) => !entered.has(member));
  return {
    expected: expected.length,
    members: expected.filter((member) => entered.has(member)),
    missing,
    failed: missing.filter((member) => failed.has(member)),
    waiting: missing.filter((member) => !failed.has(member)),
  };
}

function atTimeout(count: Tally, need: Thresholds, timeoutMs: number): BarrierVerdict {
  if (count.members.length >= need.minimum) return released("timeout", count, need);
  return {
    state: "Failed",
    reason: "BarrierTimeout",
    message: `after ${formatDuration(timeoutMs)} ${count.members.length} of ${count.expected} had entered, at least ${need.minimum} needed${missingWords(count.missing)}`,
  };
}

function released(rule: "all" | "count" | "percent" | "timeout", count: Tally, need: Thresholds): BarrierVerdict {
  const words = rule === "timeout" ? `at least ${need.minimum}` : need.words;
  return {
    state: "Released",
    rule,
    members: count.members,
    missing: count.missing,
    message: `${count.members.length} of ${count.expected} entered, ${words} needed${missingWords(count.missing)}`,
  };
}

function arithmetic(count: Tally, need: Thresholds, enough: number): string {
  const most = count.expected - count.failed.length;
  const words = enough === need.release ? need.words : `a minimum of ${enough}`;
  const failed = count.failed.length === 0 ? "" : ` − ${count.failed.length} failed = ${most}`;
  return `needs ${words}, but at most ${count.expected} expected${failed} can enter${namesOf("failed", count.failed)}`;
}

function missingWords(missing: readonly string[]): string {
  return namesOf("missing", missing);
}

/** At most ten names: a message is for people. */
function namesOf(what: string, members: readonly string[]): string {
  if (members.length === 0) return "";
  const more = members.length > 10 ? `, and ${members.length - 10} more` : "";
  return ` (${what}: ${members.slice(0, 10).join(", ")}${more})`;
}

/** "servers-2" before "servers-10". */
function byNumber(left: string, right: string): number {
  const [a, b] = [split(left), split(right)];
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.number - b.number;
}

function split(member: string): { name: string; number: number } {
  const match = /^(.*?)(\d*)$/.exec(member);
  return { name: match?.[1] ?? member, number: Number(match?.[2] ?? 0) };
}
