import { readdir } from "node:fs/promises";
import type { RunLog } from "../http/log-handlers.ts";
import type { Layout } from "../layout.ts";
import { type ClaimEntry, runName } from "../ledger/entry.ts";

/** The log of a process's last run, or of the one before it; undefined where there is none. */
export async function findRunLog(
  layout: Layout,
  entry: ClaimEntry,
  processUid: string,
  options: { readonly previous: boolean; readonly isOpen: (run: string) => boolean },
): Promise<RunLog | undefined> {
  const run = entry.processes[processUid]?.run;
  if (run === undefined) return undefined;
  const claim = layout.claim(entry.uid);
  const current = runName(run);
  const name = options.previous ? await nameBefore(claim.runs(processUid), current) : current;
  if (name === undefined) return undefined;
  return { path: claim.log(processUid, name), isEnded: () => name !== current || !options.isOpen(name) };
}

/** Only the last run and the one before it are kept. */
async function nameBefore(directory: string, current: string): Promise<string | undefined> {
  const names = await readdir(directory).catch((): string[] => []);
  return names.find((name) => name !== current);
}
