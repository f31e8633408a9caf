import type { GitSync } from "../../api/index.ts";
import type { SyncMemories, SyncMemory } from "./memory.ts";
import type { AccountAccess, GitSyncPorts } from "./ports.ts";
import type { References } from "./references.ts";

/** One attempt at one sync: all that its parts need. */
export interface SyncRun {
  /** As it was written last. */
  sync: GitSync;
  readonly references: References;
  readonly access: AccountAccess;
  readonly memory: SyncMemory;
  readonly memories: SyncMemories;
  readonly ports: GitSyncPorts;
  readonly signal: AbortSignal;
  /** How many changes were made in this pass. */
  readonly told: { changes: number };
}
