import { readdir } from "node:fs/promises";
import type { RunLog, WantedRun } from "../http/log-handlers.ts";
import type { Layout } from "../layout.ts";
import { type ClaimEntry, runName } from "../ledger/entry.ts";

/** The log of a process's last run, or of another one that is wanted; undefined where there is none. */
export async function findRunLog(
  layout: Layout,
  entry: ClaimEntry,
  processUid: string,
  options: WantedRun & { readonly isOpen: (run: string) => boolean },
): Promise<RunLog | undefined> {
  const run = entry.processes[processUid]?.run;
  if (run === undefined) return undefined;
  const claim = layout.claim(entry.uid);
  const current = runName(run);
  const before =
    options.previous || options.run !== undefined ? await nameBefore(claim.runs(processUid), current) : undefined;
  const name = options.previous || (before !== undefined && options.run === before) ? before : current;
  if (name === undefined) return undefined;
  return {
    ...{ path: claim.log(processUid, name), run: name, lastRun: current },
    isEnded: () => name !== current || !options.isOpen(name),
  };
}

/** Only the last run and the one before it are kept. */
async function nameBefore(directory: string, current: string): Promise<string | undefined> {
  const names = await readdir(directory).catch((): string[] => []);
  return names.find((name) => name !== current);
}
