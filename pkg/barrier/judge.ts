import { formatDuration } from "../clock/index.ts";
import { kneeWaitMs } from "./knee.ts";
import { type ReleaseRule, type Thresholds, thresholds } from "./release-rule.ts";

/** What is known of one round. Members are named as messages shall name them ("servers-3"). */
export interface BarrierRound {
  readonly rule: ReleaseRule;
  readonly expected: readonly string[] | number;
  /** Those not expected do not count; where only a number is expected, whoever enters is. */
  readonly entered: readonly string[];
  /** Expected members that will not enter; one that also entered counts as entered. */
  readonly failed: readonly string[];
  /** How long the round has been open. */
  readonly elapsedMs: number;
  /** When the expected members entered, in milliseconds since the opening; a knee is found in them alone. */
  readonly entryTimesMs?: readonly number[];
}

export type BarrierVerdict =
  | {
      readonly state: "Waiting";
      readonly message: string;
      /** When time alone decides; absent where it does not. */
      readonly recheckAfterMs?: number;
    }
  | {
      readonly state: "Released";
      readonly rule: ReleaseCause;
      /** Expected members that had entered, and those that had not; both sorted. */
      readonly members: readonly string[];
      readonly missing: readonly string[];
      readonly message: string;
    }
  | { readonly state: "Failed"; readonly reason: "BarrierUnreachable" | "BarrierTimeout"; readonly message: string };

/** Which part of the rule released a round. */
export type ReleaseCause = "all" | "count" | "percent" | "knee" | "timeout";

/** Decides one round of a barrier. The caller stores a release before anyone is told, and then asks no more. */
export function judgeBarrier(round: BarrierRound): BarrierVerdict {
  const count = tally(round);
  const need = thresholds(round.rule, count.expected);
  const { timeoutMs } = round.rule;
  if (count.members.length >= need.release) return released(need.rule, count, need);
  if (timeoutMs !== undefined && round.elapsedMs >= timeoutMs) return atTimeout(count, need, timeoutMs);
  const kneeAfterMs = untilKnee(round, count, need);
  if (kneeAfterMs !== undefined && kneeAfterMs <= 0) return released("knee", count, need);

  const isPatient = timeoutMs === undefined && round.rule.knee === undefined;
  const enough = isPatient ? need.release : Math.min(need.release, need.minimum);
  const reachable = count.expected - count.failed.length;
  if (reachable < enough)
    return { state: "Failed", reason: "BarrierUnreachable", message: arithmetic(count, need, enough) };
  const waits = [timeoutMs === undefined ? undefined : timeoutMs - round.elapsedMs, kneeAfterMs];
  const recheckAfterMs = Math.min(...waits.filter((ms) => ms !== undefined));
  return {
    state: "Waiting",
    message: `${count.members.length} of ${count.expected} entered, ${need.words} needed${missingWords(count.waiting)}`,
    ...(Number.isFinite(recheckAfterMs) && { recheckAfterMs }),
  };
}

/** Milliseconds until nobody has entered for so long that the knee is reached; undefined where there is none to wait for. */
function untilKnee(
  { rule, elapsedMs, entryTimesMs = [] }: BarrierRound,
  count: Tally,
  need: Thresholds,
): number | undefined {
  if (rule.knee === undefined || count.members.length < need.minimum) return undefined;
  const waitMs = kneeWaitMs(rule.knee, entryTimesMs);
  return waitMs === undefined ? undefined : Math.ceil(Math.max(...entryTimesMs) + waitMs - elapsedMs);
}

interface Tally {
  readonly expected: number;
  readonly members: readonly string[];
  readonly missing: readonly string[];
  readonly failed: readonly string[];
  readonly waiting: readonly string[];
}

function tally(round: BarrierRound): Tally {
  const entered = new Set(round.entered);
  const failed = new Set(round.failed);
  if (typeof round.expected === "number") return anonymousTally(round.expected, entered);
  const expected = [...new Set(round.expected)].sort(byNumber);
  const missing = expected.filter((member) => !entered.has(member));
  return {
    expected: expected.length,
    members: expected.filter((member) => entered.has(member)),
    missing,
    failed: missing.filter((member) => failed.has(member)),
    waiting: missing.filter((member) => !failed.has(member)),
  };
}

/** Nobody knows who is missing, nor that somebody will never come. */
function anonymousTally(expected: number, entered: ReadonlySet<string>): Tally {
  return { expected, members: [...entered].sort(byNumber), missing: [], failed: [], waiting: [] };
}

function atTimeout(count: Tally, need: Thresholds, timeoutMs: number): BarrierVerdict {
  if (count.members.length >= need.minimum) return released("timeout", count, need);
  return {
    state: "Failed",
    reason: "BarrierTimeout",
    message: `after ${formatDuration(timeoutMs)} ${count.members.length} of ${count.expected} had entered, at least ${need.minimum} needed${missingWords(count.missing)}`,
  };
}

function released(rule: ReleaseCause, count: Tally, need: Thresholds): BarrierVerdict {
  const words = rule === "timeout" || rule === "knee" ? `at least ${need.minimum}` : need.words;
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
