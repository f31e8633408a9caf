/** What a Plan answers: what applying objects would do. Created, answered and never stored. */
export interface PlanStatus {
  /** Whether applying would change any object. */
  readonly changes: boolean;
  readonly diff: readonly PlannedObject[];
  readonly machines: readonly PlannedMachine[];
  readonly restarts: readonly PlannedRollout[];
  /** What would stand in the way, as conditions would tell it. */
  readonly notes: readonly PlanNote[];
}

export interface PlannedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly action: "Create" | "Update" | "Unchanged" | "Refused";
  readonly fields?: readonly FieldChange[];
  readonly faults?: readonly PlanFault[];
}

/** A field with what it is now, and what it would be; absent on the side where it is not there. */
export interface FieldChange {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

export interface PlanFault {
  readonly reason: string;
  readonly field?: string;
  readonly message: string;
}

/** What becomes of the place of one member. */
export interface PlannedMachine {
  readonly namespace: string;
  readonly application?: string;
  readonly component: string;
  readonly ordinal?: number;
  readonly claim: string;
  readonly action: "Bind" | "Move" | "Stay" | "Release" | "Unplaced";
  readonly resource?: string;
  /** The machine that it leaves. */
  readonly from?: string;
  readonly penalty?: number;
  readonly why: string;
  /** Why machines will not do; for who may list machines, and only where none will. */
  readonly refusals?: readonly { readonly resource: string; readonly reason: string; readonly message: string }[];
}

/** Processes that would be stopped and started on members of one component. */
export interface PlannedRollout {
  readonly namespace: string;
  readonly application?: string;
  readonly component: string;
  /** How many members are touched. */
  readonly members: number;
  /** How many members may be away at a time. */
  readonly atATime: number;
  readonly why: readonly string[];
  readonly steps: readonly PlannedStep[];
}

/** What happens at the same time; steps are numbered over all components. */
export interface PlannedStep {
  readonly step: number;
  readonly actions: readonly PlannedAction[];
}

export interface PlannedAction {
  readonly action: "Stop" | "Start";
  readonly ordinal: number;
  readonly phase?: string;
  readonly process: string;
  /** Of the Process object. */
  readonly name: string;
  readonly resource: string;
}

export interface PlanNote {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
}

/** Address of the question. */
export const planPath = "/apis/plush.dev/v1/plans";
