import type { Barrier, ProcessBarrier } from "../../api/index.ts";

/** A process that has to do with the barrier. */
export interface Guest {
  readonly process: string;
  readonly processUid: string;
  readonly component?: string;
  readonly ordinal?: number;
  readonly epoch: number;
  /** It runs; what has ended enters nothing and holds no place. */
  readonly isAlive: boolean;
  /** Where it says that it is. */
  readonly at: ProcessBarrier;
}

/** All that is known about one barrier at one instant. */
export interface BarrierWorld {
  readonly barrier: Barrier;
  readonly guests: readonly Guest[];
  /** Members of the component that is expected; absent where a number is, or the component is not there. */
  readonly members?: readonly string[];
  readonly now: number;
}

/** The same run of the same process: not one that came in its place. */
export function isSameGuest(
  left: { readonly processUid: string; readonly epoch: number },
  right: { readonly processUid: string; readonly epoch: number },
): boolean {
  return left.processUid === right.processUid && left.epoch === right.epoch;
}

/** "servers-3" for a member, else the name of the process. */
export function guestName({ component, ordinal, process }: Pick<Guest, "component" | "ordinal" | "process">): string {
  return component !== undefined && ordinal !== undefined ? `${component}-${ordinal}` : process;
}
