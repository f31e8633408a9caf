/** Whether a barrier lets its members go: full, partial by count, percent or time; fails when it no longer can. Pure. */
export { type BarrierRound, type BarrierVerdict, judgeBarrier } from "./judge.ts";
export type { ReleaseRule } from "./release-rule.ts";
