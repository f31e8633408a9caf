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

/** One holder of a process's place: not one that came after it. */
export interface Holder {
  readonly processUid: string;
  readonly epoch: number;
}

/** Lists are as long as barriers have guests, and are asked once for each of them: they are not walked each time. */
const indexes = new WeakMap<readonly Holder[], ReadonlyMap<string, Holder>>();

/** What a list, which does not change any more, has of a holder; it has each once. */
export function findHolder<T extends Holder>(list: readonly T[], { processUid, epoch }: Holder): T | undefined {
  const index = indexes.get(list) ?? new Map(list.map((one) => [holderKey(one), one]));
  indexes.set(list, index);
  // The index is made of this very list.
  return index.get(holderKey({ processUid, epoch })) as T | undefined;
}

function holderKey({ processUid, epoch }: Holder): string {
  return `${processUid}/${epoch}`;
}

/** "servers-3" for a member, else the name of the process. */
export function guestName({ component, ordinal, process }: Pick<Guest, "component" | "ordinal" | "process">): string {
  return component !== undefined && ordinal !== undefined ? `${component}-${ordinal}` : process;
}
