import { durationMs } from "../../clock/index.ts";
import type { RepositoryRequest } from "../../git/index.ts";
import type { SyncRun } from "./sync-run.ts";

/** How the repository of a sync is asked. */
export function requestOf({ sync, references, signal }: SyncRun): RepositoryRequest {
  const { credentials } = references;
  const found = "found" in credentials ? credentials.found : ({ kind: "none" } as const);
  return { url: sync.spec.url, credentials: found, signal, timeoutMs: durationMs(sync.spec.timeout) };
}
