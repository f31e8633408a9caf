/**
 * Whether a barrier lets its members go, and how fast: full, partial by count, percent, knee or time; fails when it no
 * longer can. Pure.
 */
export { type BarrierRound, type BarrierVerdict, judgeBarrier, type ReleaseCause } from "./judge.ts";
export { releaseRuleOf, throttleRuleOf } from "./manifest-rule.ts";
export { newAnswers } from "./new-answers.ts";
export type { ReleaseRule } from "./release-rule.ts";
export { type Pass, planPasses, type ThrottlePlan, type ThrottleRule, type ThrottleView } from "./throttle-plan.ts";
