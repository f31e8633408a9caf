/** Phases: when each opens, what its members run, and when its barrier lets them go. A release is never taken back. */
export { makePhaseController } from "./reconcile.ts";
