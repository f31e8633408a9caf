import type { Readable } from "node:stream";
import type { ResultsRequest } from "../../protocol/index.ts";
import { processDirectory } from "../claim/claim-command.ts";
import type { AgentContext } from "../context.ts";
import { type ClaimEntry, runName } from "../ledger/entry.ts";
import { resultsTar } from "./results-tar.ts";

/** What the last run of a process leaves; undefined where it was never started here. */
export function collectResults(
  context: AgentContext,
  entries: readonly ClaimEntry[],
  processUid: string,
  { streams = [], files, maxBytes, keep = [] }: ResultsRequest,
): Readable | undefined {
  const entry = entries.find(({ processes }) => processes[processUid] !== undefined);
  const process = entry?.processes[processUid];
  if (entry === undefined || process?.run === undefined) return undefined;
  const layout = context.layout.claim(entry.uid);
  return resultsTar({
    log: layout.log(processUid, runName(process.run)),
    root: layout.work,
    directory: processDirectory(context, entry.uid, process.order),
    streams,
    patterns: files,
    maxBytes,
    kept: keep,
  });
}
