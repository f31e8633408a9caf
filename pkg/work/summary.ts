import type { ItemFailure, WorkChunk, WorkItem } from "../api/index.ts";
import { addPaces, noPace, type Pace, withDuration } from "./pace.ts";
import { isSettled } from "./settle-item.ts";

/** Items counted. */
export interface WorkSummary {
  readonly items: number;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  /** Items in the hands of members, also where their results are not wanted any more. */
  readonly held: number;
  readonly pace: Pace;
  /** The first that failed for good. */
  readonly failures: readonly ItemFailure[];
}

const failuresTold = 10;
const lastLineLength = 200;

const known = new WeakMap<WorkChunk, WorkSummary>();

/** What a chunk holds; worked out once for each version of it. */
export function summarize(chunk: WorkChunk): WorkSummary {
  const earlier = known.get(chunk);
  if (earlier !== undefined) return earlier;
  const items = chunk.status?.items ?? [];
  const count = (state: WorkItem["state"]): number => items.filter((item) => item.state === state).length;
  const summary: WorkSummary = {
    items: chunk.spec.count,
    done: count("Done"),
    failed: count("Failed"),
    running: count("Running"),
    held: items.reduce((sum, { leases }) => sum + leases.length, 0),
    pace: items.reduce(
      (pace, { state, durationMs }) =>
        state === "Done" && durationMs !== undefined ? withDuration(pace, durationMs) : pace,
      noPace,
    ),
    failures: items
      .filter(({ state }) => state === "Failed")
      .slice(0, failuresTold)
      .map((item) => ({ index: item.index, message: failureText(item) })),
  };
  known.set(chunk, summary);
  return summary;
}

export function addSummaries(left: WorkSummary, right: WorkSummary): WorkSummary {
  return {
    items: left.items + right.items,
    done: left.done + right.done,
    failed: left.failed + right.failed,
    running: left.running + right.running,
    held: left.held + right.held,
    pace: addPaces(left.pace, right.pace),
    failures: [...left.failures, ...right.failures].slice(0, failuresTold),
  };
}

export const noSummary: WorkSummary = {
  items: 0,
  done: 0,
  failed: 0,
  running: 0,
  held: 0,
  pace: noPace,
  failures: [],
};

/** Items of which something may still become something else. */
export function isOpenItem(item: WorkItem): boolean {
  return !isSettled(item) || item.leases.length > 0;
}

/** How an attempt that failed ended, with the last line that it printed. */
function failureText({ exitCode, reason, output, failures }: WorkItem): string {
  const end = exitCode === undefined ? (reason ?? "failed") : `exited with ${exitCode}`;
  const how = reason === "TimedOut" ? "took longer than it may" : end;
  const tries = failures > 1 ? ` ${failures} times` : "";
  const line = output?.trimEnd().split("\n").at(-1)?.slice(-lastLineLength) ?? "";
  return `${how}${tries}${line === "" ? "" : `: ${line}`}`;
}
