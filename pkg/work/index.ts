/** Work that is cut into items: who has which, what came of it, who gets what next, and when it is over. Pure. */
export { type ItemAttempt, itemUid } from "./item-uid.ts";
export { judgeWork, type WorkVerdict } from "./judge-work.ts";
export type { ItemReport, WorkMember } from "./member.ts";
export { planWork, type WorkInput, type WorkPlan, type WorkRule } from "./plan-work.ts";
export { addSummaries, isOpenItem, noSummary, summarize, type WorkSummary } from "./summary.ts";
