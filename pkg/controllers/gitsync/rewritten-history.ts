import type { GitSync } from "../../api/index.ts";
import { requestOf } from "./repository-request.ts";
import type { SyncRun } from "./sync-run.ts";

/** Tells where what a branch is at now did not come from what it was at before: somebody has pushed by force. */
export async function tellRewrite(run: SyncRun, before: GitSync, commit: string): Promise<void> {
  const was = revisionBefore(before);
  if (was === undefined || was === commit) return;
  const isGoingOn = await run.ports.repositories.descends({ ...requestOf(run), commit, ancestor: was });
  if (isGoingOn !== false) return;
  const branch = before.spec.ref?.branch ?? "the default branch";
  const message = `${branch} was at ${was} and is at ${commit}, which did not come from it: its history was rewritten`;
  run.ports.events.record(run.sync, "Warning", "HistoryRewritten", message);
}

/** Where the same branch was when it was looked at last. What a tag or a range of versions means may change as it likes. */
function revisionBefore({ metadata, spec, status }: GitSync): string | undefined {
  const { tag, commit, semver } = spec.ref ?? {};
  const isBranch = tag === undefined && commit === undefined && semver === undefined;
  return isBranch && status?.observedGeneration === metadata.generation ? status?.revision : undefined;
}
