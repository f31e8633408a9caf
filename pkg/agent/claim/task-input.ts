import type { ProcessOrder } from "../../protocol/index.ts";
import type { AgentContext } from "../context.ts";
import { type ClaimEntry, type ProcessEntry, type Run, runName } from "../ledger/entry.ts";
import type { RunPlace } from "../shim/run-monitor.ts";
import type { TasksParts } from "./claim-context.ts";
import type { ClaimFacts } from "./facts.ts";

/** What the tasks of one claim share. */
export interface ClaimTasksOptions extends TasksParts {
  readonly context: AgentContext;
}

/** What one task is given. */
export interface TaskInput {
  readonly context: AgentContext;
  readonly facts: ClaimFacts;
  readonly entry: ClaimEntry;
  readonly wake: () => void;
  /** Makes the socket of a run before its program starts. */
  readonly sockets: { open(order: ProcessOrder, run: Run): Promise<void> };
  /** Writes the files of a run before its program starts. */
  readonly files: { prepare(entry: ClaimEntry, process: ProcessEntry, run: Run): Promise<void> };
}

/** Names a run and where it lies. */
export function runPlace(context: AgentContext, claimUid: string, processUid: string, run: Run): RunPlace {
  const name = runName(run);
  const directory = context.layout.claim(claimUid).run(processUid, name);
  return { marker: `${processUid}/${name}`, number: run.number, claim: claimUid, directory, boot: run.boot };
}

/** The entry's process with its last run; undefined where it has none of that number. */
export function processRun(
  entry: ClaimEntry,
  uid: string,
  number: number,
): { readonly process: ProcessEntry; readonly run: Run } | undefined {
  const process = entry.processes[uid];
  return process?.run?.number === number ? { process, run: process.run } : undefined;
}
