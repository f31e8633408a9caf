import type { WorkItem } from "../api/index.ts";
import { giveOut, Loads, WaitingItems } from "./give-out.ts";
import type { WorkMember } from "./member.ts";
import { type Pace, slowAfterMs, windowOf } from "./pace.ts";
import { type SettleRule, settleItem } from "./settle-item.ts";
import { speculate } from "./speculate.ts";

export interface WorkRule extends SettleRule {
  /** So many items a member runs at the same time. */
  readonly perMember: number;
  readonly speculate: boolean;
}

export interface WorkInput {
  readonly rule: WorkRule;
  /** Items that somebody has or had, as far as they matter: all that are not settled, or are still held. */
  readonly items: readonly WorkItem[];
  /** Numbers of items that nobody has had yet, ascending; read as far as they are given out. */
  readonly fresh: Iterable<number>;
  /** In the order in which they are served. */
  readonly members: readonly WorkMember[];
  readonly pace: Pace;
  readonly nowMs: number;
}

export interface WorkPlan {
  /** Items that differ from what they were, each once. */
  readonly changes: readonly WorkItem[];
  /** The earliest instant at which time alone changes the answer. */
  readonly recheckAfterMs?: number;
}

/** What becomes of items next: results are taken, what is lost comes back, what waits is given out. */
export function planWork({ rule, items, fresh, members, pace, nowMs }: WorkInput): WorkPlan {
  const byClaim = new Map(members.map((member) => [member.claimUid, member]));
  const current = new Map(items.map((item) => [item.index, settleItem(item, byClaim, rule)]));
  const changed = new Map<number, WorkItem>();
  const change = (item: WorkItem): void => void changed.set(item.index, item);
  for (const item of items) {
    const next = current.get(item.index);
    if (next !== undefined && next !== item) change(next);
  }
  if (!rule.open) return { changes: [...changed.values()] };
  const settled = [...current.values()];
  const pulling = members.filter(({ pulls }) => pulls);
  const loads = new Loads(settled);
  const back = settled.filter(({ state }) => state === "Waiting").sort((left, right) => left.index - right.index);
  const waiting = new WaitingItems(back, fresh, pulling.length === 1);
  const window = windowOf(rule.perMember, pace);
  for (const item of giveOut(waiting, pulling, { loads, window, nowMs })) {
    change(item);
    current.set(item.index, item);
  }
  const slowMs = rule.speculate ? slowAfterMs(pace) : undefined;
  if (slowMs === undefined) return { changes: [...changed.values()] };
  const again = speculate([...current.values()], pulling, { loads, perMember: rule.perMember, slowMs, nowMs });
  for (const item of again.items) change(item);
  const { recheckAfterMs } = again;
  return { changes: [...changed.values()], ...(recheckAfterMs !== undefined && { recheckAfterMs }) };
}
