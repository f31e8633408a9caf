/**
 * Claims: which machine has which member. Matches and binds, tells how members do, replaces those that are lost, and
 * sees to it that nothing of them stays behind.
 */
export { MachineFinder } from "./machine-finder.ts";
export { type MachineSearch, type SearchPorts, searchMachine } from "./machine-search.ts";
export { type MachineFacts, machineView } from "./machine-views.ts";
export { type ClaimLeases, type ClaimPorts, noLeases } from "./observe.ts";
export { makePrefetchController } from "./prefetch.ts";
export { makeRebalanceController } from "./rebalance.ts";
export { makeClaimController } from "./reconcile.ts";
