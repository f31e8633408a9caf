import type { MachineView, MatchRequest } from "./machine-view.ts";
import type { Fault } from "./refusal.ts";

/** One rule: undefined where the machine will do. */
export type Filter = (request: MatchRequest, machine: MachineView) => Fault | undefined;
