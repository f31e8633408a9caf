import type { ProbeOrder } from "../protocol/index.ts";

export type ProbeKind = "startup" | "readiness" | "liveness";

/** What a probe's results so far amount to. */
export interface ProbeState {
  /** Successes in a row. */
  readonly successes: number;
  /** Failures in a row. */
  readonly failures: number;
  /** Monotonic milliseconds at which the last failure was counted. */
  readonly countedAt: number;
  readonly everPassed: boolean;
  /** Thresholds counted in: whether it holds that the process is started, ready, alive. */
  readonly passes: boolean;
}

/** Until the first success a probe is asked this often, so that nobody waits for a period. */
const eagerMs = 100;
/** After so long without success eagerness is only a burden. */
const eagerForMs = 10_000;

/** State before the first result. Liveness holds until disproved, the others until proved do not. */
export function initialProbe(kind: ProbeKind, passed: boolean): ProbeState {
  const passes = passed || kind === "liveness";
  return { successes: 0, failures: 0, countedAt: Number.NEGATIVE_INFINITY, everPassed: passed, passes };
}

/** Takes a result. Before the first success failures are counted once a period, however often it was asked. */
export function foldProbe(state: ProbeState, ok: boolean, order: ProbeOrder, now: number): ProbeState {
  if (ok) {
    const successes = state.successes + 1;
    const passes = state.passes || successes >= order.successThreshold;
    return { ...state, successes, failures: 0, everPassed: state.everPassed || passes, passes };
  }
  const isCounted = state.everPassed || now - state.countedAt >= order.periodMs;
  const failures = state.failures + (isCounted ? 1 : 0);
  const passes = state.passes && failures < order.failureThreshold;
  return { ...state, successes: 0, failures, countedAt: isCounted ? now : state.countedAt, passes };
}

/** Whether the process counts as dead by this probe. */
export function isFatal(kind: ProbeKind, state: ProbeState, order: ProbeOrder): boolean {
  if (kind === "readiness") return false;
  return state.failures >= order.failureThreshold && !(kind === "startup" && state.passes);
}

/** Milliseconds until the next question, `sinceMs` after the first one. */
export function probeDelayMs(kind: ProbeKind, state: ProbeState, order: ProbeOrder, sinceMs: number): number {
  const isEager = kind !== "liveness" && !state.passes && !state.everPassed && sinceMs < eagerForMs;
  return isEager ? Math.min(eagerMs, order.periodMs) : order.periodMs;
}
