import type { Claim, Component, Phase, Process } from "../../api/index.ts";
import type { Names } from "../../controller/index.ts";
import type { WorkView } from "./work-view.ts";

/** All that is known about one phase at one instant. */
export interface PhaseWorld {
  readonly phase: Phase;
  /** Its application's phases, itself included; it alone where it stands alone. */
  readonly phases: readonly Phase[];
  readonly components: readonly Component[];
  /** Claims of all components that are in any of the phases. */
  readonly claims: readonly Claim[];
  /** Processes of all the phases. */
  readonly processes: readonly Process[];
  /** Names of Processes that somebody else made. */
  readonly foreignNames: Names;
  /** Of a phase of work: its items, of whatever round. */
  readonly work?: WorkView;
  readonly now: number;
}

/** A member as messages name it: "servers-3". */
export function memberName(member: { readonly component: string; readonly ordinal: number }): string {
  return `${member.component}-${member.ordinal}`;
}
