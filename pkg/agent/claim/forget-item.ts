import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Action } from "../plan-input.ts";
import type { TaskInput } from "./task-input.ts";

/** Removes what an attempt at an item has left: its records, its log, the directory in which it ran. */
export async function forgetItem(
  { context, facts, entry }: TaskInput,
  { process, run, directory }: Extract<Action, { kind: "forgetItem" }>,
): Promise<void> {
  context.monitor.forget(`${process}/${run}`);
  for (const known of [facts.stops, facts.health, facts.ports, facts.rejections, facts.renewals]) known.delete(process);
  const layout = context.layout.claim(entry.uid);
  const own = join(layout.work, directory);
  const isBelow = own !== layout.work && !relative(layout.work, own).startsWith("..");
  // What cannot be removed goes with the claim.
  for (const path of [layout.runs(process), layout.logs(process), ...(isBelow ? [own] : [])])
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
