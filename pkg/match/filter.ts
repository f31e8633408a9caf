import type { MachineView, MatchRequest, Refusal } from "./machine-view.ts";

/** A refusal that does not name its machine yet. */
export type Fault = Omit<Refusal, "resource">;

/** One rule: undefined where the machine will do. */
export type Filter = (request: MatchRequest, machine: MachineView) => Fault | undefined;
