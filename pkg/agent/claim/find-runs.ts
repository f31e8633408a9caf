import { StatusError } from "../../status/index.ts";
import type { AgentContext } from "../context.ts";
import type { OpenRun } from "../exec/attach.ts";
import type { RunLog, WantedRun } from "../http/log-handlers.ts";
import { type ClaimEntry, runName } from "../ledger/entry.ts";
import { findRunLog } from "../logs/find-log.ts";

/** The log of a process's last run, or of another one that is wanted. */
export async function findLog(
  { layout, monitor, closing }: AgentContext,
  entries: readonly ClaimEntry[],
  processUid: string,
  wanted: WantedRun,
): Promise<RunLog | undefined> {
  const entry = entries.find(({ processes }) => processes[processUid] !== undefined);
  if (entry === undefined) return undefined;
  const isOpen = (run: string): boolean => {
    const seen = monitor.observe(`${processUid}/${run}`);
    // Runs before the last one are not observed any more.
    return seen !== undefined && seen.state !== "ended" && !closing.aborted;
  };
  return findRunLog(layout, entry, processUid, { ...wanted, isOpen });
}

/** A process's run that goes on; throws NotFound where none was begun here, Conflict where it has ended. */
export function findOpenRun(
  { layout, monitor, closing }: AgentContext,
  entries: readonly ClaimEntry[],
  processUid: string,
): OpenRun {
  const entry = entries.find(({ processes }) => processes[processUid] !== undefined);
  const run = entry?.processes[processUid]?.run;
  if (entry === undefined || run === undefined)
    throw new StatusError("NotFound", "the process has not been started here");
  if (run.end !== undefined) throw new StatusError("Conflict", "the process is not running");
  const name = runName(run);
  const marker = `${processUid}/${name}`;
  return {
    log: layout.claim(entry.uid).log(processUid, name),
    onEnd: (listener) => monitor.onEnd(marker, listener),
    isGone: () => monitor.observe(marker) === undefined || closing.aborted,
  };
}
