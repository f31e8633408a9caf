import { lstat, rename, rm, symlink } from "node:fs/promises";
import type { ClaimOrder } from "../../protocol/index.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { isRemoved } from "../plan-order.ts";
import { leftEntry, planTakeover, type Takeover } from "../plan-takeover.ts";
import type { ClaimContext } from "./claim-context.ts";

/** Both sides as they are on disk. */
export interface TakeoverSides {
  readonly order: ClaimOrder;
  readonly heir: ClaimEntry | undefined;
  readonly former: ClaimEntry | undefined;
}

/**
 * Gives one claim's directory to another, with the software that is installed there; undefined where that cannot be.
 * Every step may be the last before a crash, and is found again: the heir's entry says what it took over, and the old
 * path stays as a link, because installers write down where they are.
 */
export async function takeOver(
  context: Pick<ClaimContext, "ports" | "ledger" | "moveDirectory">,
  { order, heir, former }: TakeoverSides,
): Promise<Takeover | undefined> {
  const at = new Date(context.ports.clock.now()).toISOString();
  if (former !== undefined && heir !== undefined && wasBegun(order, heir, former)) {
    const left = { heir, former: leftEntry(former, order, at) };
    await context.ledger.save(left.former);
    return left;
  }
  const plan = planTakeover(order, heir, former, at);
  if (plan === undefined) return undefined;
  await context.moveDirectory(plan.former.uid, plan.heir.uid);
  await context.ledger.save(plan.heir);
  await context.ledger.save(plan.former);
  return plan;
}

/** By this very order. Under an earlier epoch the heir may have taken over what the same spare held then. */
function wasBegun(order: ClaimOrder, heir: ClaimEntry, former: ClaimEntry): boolean {
  return heir.takenOver === former.uid && heir.epoch === order.epoch && !isRemoved(former);
}

/** Moves a claim's directory to where another's is; safe to repeat. */
export async function moveDirectory(from: string, to: string): Promise<void> {
  const found = await lstat(from).catch(() => undefined);
  // A claim without software may have none; a link is what an earlier attempt left.
  if (found?.isDirectory()) {
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
  if (found !== undefined && !found.isDirectory()) return;
  await symlink(to, from);
}
