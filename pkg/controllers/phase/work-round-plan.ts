import type { WorkStatus } from "../../api/index.ts";
import { addSummaries, judgeWork, noSummary, summarize, type WorkSummary } from "../../work/index.ts";
import type { PhaseWorld } from "./world.ts";

export type ItemsVerdict =
  | { readonly state: "Waiting" | "Failed"; readonly message: string; readonly reason?: "ItemsFailed" }
  | { readonly state: "Released"; readonly rule: "all"; readonly missing: readonly string[]; readonly message: string };

/** The items of one round, counted; undefined until all of them have been made. */
function itemsOf({ work }: PhaseWorld, round: number): { total: number; summary: WorkSummary } | undefined {
  const chunks = (work?.chunks ?? []).filter(({ spec }) => spec.round === round);
  const inOrder = [...chunks].sort((left, right) => left.spec.first - right.spec.first);
  const summary = inOrder.map(summarize).reduce(addSummaries, noSummary);
  const total = chunks[0]?.spec.total;
  return total === undefined || summary.items < total ? undefined : { total, summary };
}

/** Whether a round of work is over. */
export function judgeItems(world: PhaseWorld, round: number): ItemsVerdict {
  const { phase, work } = world;
  const fault = work?.chunks.find(({ spec }) => spec.round === round && spec.fault !== undefined)?.spec.fault;
  if (fault !== undefined) return { state: "Failed", message: fault };
  const items = itemsOf(world, round);
  if (items === undefined) return { state: "Waiting", message: "its items are being made" };
  const { state, message } = judgeWork(items.total, items.summary, phase.spec.work?.maxFailed ?? 0);
  if (state === "Released") return { state, rule: "all", missing: [], message };
  return state === "Failed" ? { state, message, reason: "ItemsFailed" } : { state: "Waiting", message };
}

/** The counts for the status, with the short form of the column; nothing where the phase has no work. */
export function workStatus(
  world: PhaseWorld,
  round: number,
): { readonly work?: WorkStatus; readonly progress?: string } {
  const items = itemsOf(world, round);
  if (items === undefined) return {};
  const { total, summary } = items;
  const { done, failed, running, failures } = summary;
  const counts = { total, done, failed, running, waiting: total - done - failed - running };
  return { work: { ...counts, ...(failures.length > 0 && { failures }) }, progress: `${done}/${total}` };
}
