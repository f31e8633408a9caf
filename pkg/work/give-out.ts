import type { ItemLease, WorkItem } from "../api/index.ts";
import { formatMicroTime } from "../clock/index.ts";
import type { WorkMember } from "./member.ts";

/** How many items each member has, those included that it is about to give up. */
export class Loads {
  readonly #loads: Map<string, number>;

  constructor(items: readonly WorkItem[]) {
    this.#loads = new Map();
    for (const { leases } of items) for (const { claimUid } of leases) this.add(claimUid);
  }

  of(claimUid: string): number {
    return this.#loads.get(claimUid) ?? 0;
  }

  add(claimUid: string): void {
    this.#loads.set(claimUid, this.of(claimUid) + 1);
  }
}

/** What waits: first what has come back, then what nobody has had yet. */
export class WaitingItems {
  readonly #back: WorkItem[];
  readonly #fresh: Iterator<number>;
  readonly #isAlone: boolean;

  constructor(back: readonly WorkItem[], fresh: Iterable<number>, isAlone: boolean) {
    this.#back = [...back];
    this.#fresh = fresh[Symbol.iterator]();
    this.#isAlone = isAlone;
  }

  /** The next one for a member: not what failed there last, if somebody else may have it. */
  take({ claimUid }: WorkMember): WorkItem | undefined {
    const at = this.#back.findIndex((item) => this.#isAlone || item.failures === 0 || item.claimUid !== claimUid);
    const [found] = at < 0 ? [] : this.#back.splice(at, 1);
    if (found !== undefined) return found;
    const next = this.#fresh.next();
    return next.done ? undefined : { index: next.value, state: "Waiting", attempts: 0, failures: 0, leases: [] };
  }
}

/** Hands items out one by one, always to whom has fewest, until all have `window` or nothing is left. */
export function giveOut(
  waiting: WaitingItems,
  members: readonly WorkMember[],
  { loads, window, nowMs }: { readonly loads: Loads; readonly window: number; readonly nowMs: number },
): readonly WorkItem[] {
  const given: WorkItem[] = [];
  for (let load = 0; load < window; load++) {
    for (const member of members) {
      if (loads.of(member.claimUid) !== load) continue;
      const item = waiting.take(member);
      if (item === undefined) continue;
      given.push(leaseTo(item, member, nowMs));
      loads.add(member.claimUid);
    }
  }
  return given;
}

/** The item in the hands of one more member. */
export function leaseTo(item: WorkItem, { claimUid, epoch, ordinal }: WorkMember, nowMs: number): WorkItem {
  const attempt = item.attempts + 1;
  const lease: ItemLease = { claimUid, epoch, ordinal, attempt, at: formatMicroTime(nowMs) };
  return { ...item, state: "Running", attempts: attempt, leases: [...item.leases, lease] };
}
