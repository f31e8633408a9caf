import type { Logger } from "../log/index.ts";
import { refusedByQuota } from "../quota/index.ts";
import { StatusError } from "../status/index.ts";
import type { WorkQueue } from "../workqueue/index.ts";
import type { ReconcileResult } from "./controller.ts";

/** What can come of a reconcile; label `result` of its metrics. */
export const outcomes = ["success", "requeue", "conflict", "retry", "error", "stopped"] as const;
export type Outcome = (typeof outcomes)[number];

export type Attempt = { readonly result: ReconcileResult } | { readonly error: unknown };

/**
 * The one place that decides on retries: maps what came of a reconcile to calls of the queue and to a line in the log.
 * A Conflict is everyday life and is retried quickly and quietly; whatever may heal comes back with growing delays;
 * so does what looks like our fault, loudly.
 */
export function settle(key: string, attempt: Attempt, queue: WorkQueue, log: Logger): Outcome {
  if ("result" in attempt) {
    queue.forget(key);
    const { requeueAfterMs } = attempt.result;
    if (requeueAfterMs === undefined) return "success";
    queue.addAfter(key, requeueAfterMs);
    return "requeue";
  }
  const outcome = judge(attempt.error);
  const retryAfterMs = Math.round(queue.addRateLimited(key));
  const fields = { err: attempt.error, retryAfterMs };
  switch (outcome) {
    case "conflict":
      log.debug(fields, "reconcile met a newer object");
      break;
    case "retry":
      log.warn(fields, "reconcile failed; trying again");
      break;
    case "error":
      log.error(fields, "reconcile failed");
      break;
  }
  return outcome;
}

function judge(error: unknown): "conflict" | "retry" | "error" {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const parts = error.errors.map(judge);
    return parts.find((part) => part === "error") ?? parts.find((part) => part === "retry") ?? "conflict";
  }
  if (!(error instanceof StatusError)) return "error";
  if (error.reason === "Conflict" || error.reason === "AlreadyExists") return "conflict";
  // Another took the room between the look and the write.
  if (refusedByQuota(error) !== undefined) return "conflict";
  return error.retryable ? "retry" : "error";
}
