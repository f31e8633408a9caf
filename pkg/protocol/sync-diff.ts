import type { PlannedObject } from "./plan.ts";

/** The answer to gitsyncs/NAME/diff: what the next look of a GitSync would change. */
export interface SyncDiff {
  /** The commit that was looked at; absent where the repository could not be asked. */
  readonly revision?: string;
  /** The one that is applied. */
  readonly applied?: string;
  readonly objects: readonly PlannedObject[];
  /** Objects that would be deleted. */
  readonly prune: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  }[];
  /** Objects that would be deleted and stay, with the reason. */
  readonly kept: readonly string[];
  /** Why nothing would be applied. */
  readonly fault?: { readonly reason: string; readonly message: string };
}
