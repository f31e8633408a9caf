import { resolveCount } from "../api/index.ts";
import type { WorkSummary } from "./summary.ts";

export type WorkVerdict =
  | { readonly state: "Open"; readonly message: string }
  | { readonly state: "Released"; readonly message: string }
  | { readonly state: "Failed"; readonly message: string };

/** Whether all is done that has to be; it fails with the first item too many that failed. */
export function judgeWork(total: number, summary: WorkSummary, maxFailed: number | string): WorkVerdict {
  const { done, failed, running, failures } = summary;
  const may = resolveCount(maxFailed, total, "down");
  if (failed > may) {
    const first = failures[0];
    const cause = first === undefined ? "" : `: item ${first.index} ${first.message}`;
    return { state: "Failed", message: `${failed} of ${total} items failed, ${may} may${cause}` };
  }
  const failedText = failed === 0 ? "" : `, ${failed} failed (${may} may)`;
  const message = `${done} of ${total} items done${failedText}`;
  if (done + failed === total) return { state: "Released", message };
  return { state: "Open", message: `${message}, ${running} with members` };
}
