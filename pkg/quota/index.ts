/** How much a namespace may have: what counts, how much there is, and why something is too much. Pure. */
export { amountOf, amountText } from "./amounts.ts";
export { type Charge, chargeOf } from "./charge.ts";
export { countedKinds, limitNames, machinesName, measureOf, priorityName } from "./names.ts";
export { type ChargeChange, quotaCause, quotaRefusal, refusedByQuota } from "./refusal.ts";
export { Usage } from "./usage.ts";
