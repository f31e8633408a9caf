/** Processes: how each one is, as its machine reports it. Restarts are the agent's business, replacements the claim's. */
export type { ProcessPorts, Scrapes } from "./observe.ts";
export { makeProcessControllers } from "./reconcile.ts";
export type { ScrapeOutcome } from "./status-plan.ts";
