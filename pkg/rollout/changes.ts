/** Who is named as the writer of what steers a rollout, by whatever means it was steered. */
export const rolloutManager = "plush-rollout";

/** The body of a merge patch of an Application. */
export type RolloutChange = Readonly<Record<"spec", Readonly<Record<string, unknown>>>>;

/** Keeps changes and rolls out no more of them. */
export function pauseChange(): RolloutChange {
  return { spec: { paused: true } };
}

/** Rolls out what the spec says, after a pause or an undo. */
export function resumeChange(): RolloutChange {
  return { spec: { paused: false, pinnedRevision: null } };
}

/** Restarts all processes, member by member; `at` is RFC 3339, another one than the time before. */
export function restartChange(at: string): RolloutChange {
  return { spec: { restartedAt: at } };
}

/** Runs an earlier revision. */
export function undoChange(revision: number): RolloutChange {
  return { spec: { pinnedRevision: revision } };
}
