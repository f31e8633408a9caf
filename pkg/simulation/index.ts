/**
 * A simulated world: the server's store, API, controllers and links and the agents' claims, documents and reports as they
 * are, on virtual time, a virtual network and virtual machines; with faults that follow from a seed, and invariants that
 * are looked at at every step. The same seed gives the same run.
 */
export type { Invariant, Violation } from "./checks/violations.ts";
export type { FaultKind, PlannedFault } from "./faults.ts";
export { type SimulationOptions, type SimulationResult, simulate } from "./simulate.ts";
export type { Mechanism } from "./wiring.ts";
