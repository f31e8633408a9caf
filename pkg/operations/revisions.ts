import type { Application, ApplicationRevision } from "../api/index.ts";

/** The number of the revision that is rolled out; undefined before there is one. */
export function currentRevision(
  application: Application,
  revisions: readonly ApplicationRevision[],
): number | undefined {
  const name = application.status?.currentRevision;
  return revisions.find(({ metadata }) => metadata.name === name)?.spec.revision;
}

/** The number of the revision before the present one; undefined where there is none. */
export function earlierRevision(
  application: Application,
  revisions: readonly ApplicationRevision[],
): number | undefined {
  const current = currentRevision(application, revisions) ?? Number.POSITIVE_INFINITY;
  const numbers = revisions.map(({ spec }) => spec.revision).filter((number) => number < current);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
