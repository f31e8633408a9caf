import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { StatusError, type StatusReason } from "../status/index.ts";
import { WorkQueue } from "../workqueue/index.ts";
import { type Attempt, settle } from "./settle.ts";

const failure = (reason: StatusReason) => new StatusError(reason, "words");
const many = (...reasons: StatusReason[]) => new AggregateError(reasons.map(failure));

test.each<[string, Attempt, string, string | undefined, number | undefined]>([
  ["done", { result: {} }, "success", undefined, undefined],
  ["look again", { result: { requeueAfterMs: 5000 } }, "requeue", undefined, 5000],
  ["conflict: quick and quiet", { error: failure("Conflict") }, "conflict", "debug", 5],
  ["stale cache: as a conflict", { error: failure("AlreadyExists") }, "conflict", "debug", 5],
  ["may heal", { error: failure("Unreachable") }, "retry", "warn", 5],
  ["needs a change", { error: failure("Invalid") }, "error", "error", 5],
  ["our fault", { error: new TypeError("x is undefined") }, "error", "error", 5],
  ["several, all harmless", { error: many("Conflict", "Conflict") }, "conflict", "debug", 5],
  ["several, the worst counts", { error: many("Conflict", "Forbidden", "Timeout") }, "error", "error", 5],
])("%s", async (_name, attempt, outcome, level, delayMs) => {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock, random: () => 1 });
  const lines: string[] = [];
  const log: Logger = {
    debug: () => lines.push("debug"),
    info: () => lines.push("info"),
    warn: () => lines.push("warn"),
    error: () => lines.push("error"),
    child: () => log,
  };
  queue.addRateLimited("k");
  queue.forget("k");
  queue.add("k");
  await queue.take();
  expect(settle("k", attempt, queue, log)).toBe(outcome);
  queue.done("k");
  expect(lines).toEqual(level === undefined ? [] : [level]);
  await clock.advance((delayMs ?? 1e6) - 1);
  expect(queue.depth).toBe(0);
  await clock.advance(1);
  expect(queue.depth).toBe(delayMs === undefined ? 0 : 1);
});
