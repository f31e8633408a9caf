import { parseTimestamp } from "../../clock/index.ts";
import type { ProcessReport } from "../../protocol/index.ts";
import type { ItemReport } from "../../work/index.ts";

const maxOutput = 1024;

/** What a machine's report of an attempt says of the item. */
export function itemReport(report: ProcessReport): ItemReport {
  switch (report.state) {
    case "Pending":
      return { kind: "pending" };
    case "Lost":
      return { kind: "returned" };
    case "Exited":
      return endOf(report);
    case "Failed":
      // It is told to have failed before its process has ended.
      if (report.startedAt !== undefined && report.finishedAt === undefined) return { kind: "running" };
      return report.reason === "Lost" ? { kind: "returned" } : failureOf(report);
    default:
      return { kind: "running" };
  }
}

function endOf(report: ProcessReport): ItemReport {
  if (report.reason === "Stopped") return { kind: "returned" };
  if (report.exitCode !== 0) return failureOf(report);
  return { kind: "done", exitCode: 0, durationMs: durationOf(report) };
}

function failureOf(report: ProcessReport): ItemReport {
  const { exitCode, reason = "Failed", message } = report;
  const output = (report.output ?? message)?.slice(-maxOutput);
  return {
    kind: "failed",
    reason,
    durationMs: durationOf(report),
    ...(exitCode !== undefined && { exitCode }),
    ...(output !== undefined && { output }),
  };
}

function durationOf({ startedAt, finishedAt }: ProcessReport): number {
  const [from, to] = [startedAt, finishedAt].map((time) => parseTimestamp(time ?? ""));
  return from === undefined || to === undefined ? 0 : Math.max(0, to - from);
}
