import { GitError, type GitTree } from "../../git/index.ts";
import { StatusError } from "../../status/index.ts";
import { type AppliedCommit, applyCommit } from "./apply-commit.ts";
import { fetchReason } from "./fetch-failure-plan.ts";
import { requestOf } from "./repository-request.ts";
import { tellRewrite } from "./rewritten-history.ts";
import { type FailedAttempt, needsApply } from "./step-plan.ts";
import { SyncFailure } from "./sync-failure.ts";
import type { SyncRun } from "./sync-run.ts";

/** What came of asking the repository. */
export interface Looked {
  readonly revision?: string;
  /** Where something had to be applied. */
  readonly made?: AppliedCommit;
  readonly failure?: FailedAttempt;
}

/** Asks the repository for the commit that is meant now, and applies it unless that was done already. */
export async function look(run: SyncRun): Promise<Looked> {
  const before = run.sync;
  const looked = await lookAndApply(run);
  if (looked.revision !== undefined) await tellRewrite(run, before, looked.revision);
  return looked;
}

async function lookAndApply(run: SyncRun): Promise<Looked> {
  const { sync, references, memory, ports, signal } = run;
  const { stamp } = references;
  const lookedAtMs = ports.clock.now();
  const { failures } = memory.attempts;
  let commit: string | undefined;
  try {
    commit = await findCommit(run);
    if (!needsApply(memory.attempts, commit, stamp)) {
      const { failure } = memory.attempts;
      memory.attempts = { ...memory.attempts, lookedAtMs };
      return { revision: commit, ...(failure !== undefined && { failure }) };
    }
    const made = await fetchAndApply(run, commit);
    memory.attempts = { lookedAtMs, commit, stamp, failures: 0, isPushed: false };
    return { revision: commit, made };
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error);
    ports.metrics.syncs.inc({ result: "failed" });
    memory.attempts = {
      lookedAtMs,
      ...(commit !== undefined && { commit }),
      stamp,
      failure,
      failures: failures + 1,
      isPushed: false,
    };
    const wasToldOf = sync.status?.conditions?.some(
      ({ type, message }) => type === "Ready" && message.startsWith(failure.message),
    );
    if (wasToldOf !== true) ports.events.record(sync, "Warning", failure.reason, failure.message);
    return { ...(commit !== undefined && { revision: commit }), failure };
  }
}

/** The commit that is meant now. */
export async function findCommit(run: SyncRun): Promise<string> {
  const { sync, ports } = run;
  const startedMs = ports.clock.monotonic();
  const commit = await ports.repositories.resolve({ ...requestOf(run), ref: sync.spec.ref ?? {} });
  ports.metrics.fetchSeconds.observe((ports.clock.monotonic() - startedMs) / 1000);
  return commit;
}

/** Hands the files of a commit to `use`. */
export function withCommitTree<T>(run: SyncRun, commit: string, use: (tree: GitTree) => Promise<T>): Promise<T> {
  const area = run.sync.metadata.uid ?? "";
  return run.ports.repositories.withTree({ ...requestOf(run), area, commit }, use);
}

async function fetchAndApply(run: SyncRun, commit: string): Promise<AppliedCommit> {
  const { ports } = run;
  const startedMs = ports.clock.monotonic();
  const made = await withCommitTree(run, commit, (tree) => applyCommit(run, tree));
  ports.metrics.syncs.inc({ result: "applied" });
  ports.metrics.applySeconds.observe((ports.clock.monotonic() - startedMs) / 1000);
  return made;
}

/** Throws again what is no fault of anybody's but ours. */
export function failureOf(error: unknown): FailedAttempt {
  if (error instanceof SyncFailure) return { reason: error.reason, message: error.message };
  if (error instanceof GitError) return { reason: error.reason, message: error.message };
  if (!(error instanceof StatusError) || error.reason === "InternalError") throw error;
  return { reason: fetchReason(error), message: error.message };
}
