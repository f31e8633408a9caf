import type { BarrierRelease, EnteredMember, FailedMember, Member } from "../../api/index.ts";

/** Where a phase's barrier is: all of its status but conditions. */
export interface Round {
  readonly state: "Waiting" | "Open" | "Released" | "Failed";
  readonly round: number;
  /** How often it was run again after a failure. */
  readonly retries: number;
  /** What is left of the round that failed has to end before the next begins. */
  readonly retrying: boolean;
  readonly revisions: Readonly<Record<string, string>>;
  readonly openedAt?: string;
  readonly expected: readonly Member[];
  readonly entered: readonly EnteredMember[];
  readonly failed: readonly FailedMember[];
  readonly late: readonly Member[];
  readonly release?: BarrierRelease;
  /** Where the release is throttled: who has passed, in that order. */
  readonly passed?: readonly EnteredMember[];
  /** CamelCase, where it failed. */
  readonly failure?: "CannotRelease" | "TimedOut" | "BelowMinimum" | "ProcessFailed" | "ItemsFailed";
  readonly message: string;
  /** When time alone decides. */
  readonly recheckAfterMs?: number;
}
