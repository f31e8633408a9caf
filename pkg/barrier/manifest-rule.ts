import type { ReleaseRule as ReleaseSpec } from "../api/index.ts";
import { durationMs } from "../clock/index.ts";
import type { ReleaseRule } from "./release-rule.ts";
import type { ThrottleRule } from "./throttle-plan.ts";

/** Stragglers are waited for no longer than this, where nothing else is said. */
const kneeTimeoutMs = 600_000;

/** The rule by which a barrier releases, from what a manifest says. */
export function releaseRuleOf({ timeout, knee, count, percent, minimum }: ReleaseSpec): ReleaseRule {
  const timeoutMs = timeout !== undefined ? durationMs(timeout) : knee !== undefined ? kneeTimeoutMs : undefined;
  return {
    ...(count !== undefined && { count }),
    ...(percent !== undefined && { percent }),
    ...(minimum !== undefined && { minimum }),
    ...(knee !== undefined && { knee }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** How fast members pass, from what a manifest says; undefined where all pass at once. */
export function throttleRuleOf({ throttle }: ReleaseSpec): ThrottleRule | undefined {
  if (throttle?.rate !== undefined) return { kind: "rate", rate: throttle.rate, burst: throttle.burst ?? 1 };
  if (throttle?.concurrent === undefined) return undefined;
  const { holdTimeout } = throttle;
  return {
    kind: "concurrent",
    places: throttle.concurrent,
    ...(holdTimeout !== undefined && { holdTimeoutMs: durationMs(holdTimeout) }),
  };
}
