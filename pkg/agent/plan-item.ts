/** What is particular about processes that are attempts at items of work. */
import { formatDuration } from "../clock/index.ts";
import type { ProcessOrder } from "../protocol/index.ts";
import type { Failure, ProcessEntry, Run } from "./ledger/entry.ts";
import { runName } from "./ledger/entry.ts";
import type { Action } from "./plan-input.ts";

/** Places for items of each work of a claim, as many as its orders say. */
export class ItemSlots {
  readonly #taken = new Map<string, number>();

  constructor(processes: Readonly<Record<string, ProcessEntry>>) {
    for (const { order, run } of Object.values(processes)) {
      if (run !== undefined && run.end === undefined) this.take(order);
    }
  }

  /** Whether one more may begin; of what is no item always. */
  isFree({ item }: ProcessOrder): boolean {
    return item === undefined || (this.#taken.get(item.work) ?? 0) < item.slots;
  }

  take({ item }: ProcessOrder): void {
    if (item !== undefined) this.#taken.set(item.work, (this.#taken.get(item.work) ?? 0) + 1);
  }
}

export type Overtime = { readonly failure: Failure } | { readonly endsAt: number };

/** Whether an item that runs has had its time, or when it will have; undefined where it may take as long as it likes. */
export function overtime({ item }: ProcessOrder, { begunAt }: Run, now: number): Overtime | undefined {
  if (item?.timeoutMs === undefined) return undefined;
  const endsAt = begunAt + item.timeoutMs;
  if (now < endsAt) return { endsAt };
  return { failure: { reason: "TimedOut", message: `took longer than ${formatDuration(item.timeoutMs)}` } };
}

/** What is done about an ended run that nobody names any more. */
export function forgetItem(uid: string, entry: ProcessEntry | undefined): readonly Action[] {
  if (entry?.order.item === undefined || entry.run === undefined) return [];
  return [{ kind: "forgetItem", process: uid, run: runName(entry.run), directory: entry.order.workingDir }];
}
