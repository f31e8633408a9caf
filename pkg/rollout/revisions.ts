import type { Application, ApplicationRevision } from "../api/index.ts";

/** Oldest first. */
export function inOrder(revisions: readonly ApplicationRevision[]): readonly ApplicationRevision[] {
  return [...revisions].sort((left, right) => left.spec.revision - right.spec.revision);
}

/** The number of the revision that is rolled out; undefined before there is one. */
export function currentRevision(
  application: Application,
  revisions: readonly ApplicationRevision[],
): number | undefined {
  const name = application.status?.currentRevision;
  return revisions.find(({ metadata }) => metadata.name === name)?.spec.revision;
}

/** The number of the one before the present one, to which an undo goes back; undefined where there is none. */
export function earlierRevision(
  application: Application,
  revisions: readonly ApplicationRevision[],
): number | undefined {
  const current = currentRevision(application, revisions) ?? Number.POSITIVE_INFINITY;
  return inOrder(revisions)
    .map(({ spec }) => spec.revision)
    .filter((number) => number < current)
    .at(-1);
}

/** What is to be said of a revision besides its number. */
export type RevisionMark = "current" | "reverted" | "pinned";

export function marksOf({ spec, metadata }: ApplicationRevision, application: Application): readonly RevisionMark[] {
  return [
    ...(metadata.name === application.status?.currentRevision ? (["current"] as const) : []),
    ...(spec.hash === application.status?.rollout?.failedHash ? (["reverted"] as const) : []),
    ...(spec.revision === application.spec.pinnedRevision ? (["pinned"] as const) : []),
  ];
}
