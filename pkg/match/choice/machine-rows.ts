import type { MachineView } from "../machine-view.ts";

/** Machines by number, in the order of their names. What is kept of them is worked out again where they have changed. */
export interface MachineRows {
  readonly length: number;
  /** Another one where numbers are of other machines than before. */
  readonly layout: number;
  /** Rises with each change of a machine. */
  readonly revision: number;
  /** By machine: the revision at which it became what it is. */
  readonly changedAt: Float64Array;
  /** How many claims each holds. */
  readonly claims: Int32Array;
  /** What stands in its object, and what is about to; whether it is reached right now is no part of that. */
  view(at: number): MachineView;
  isReached(at: number): boolean;
}
