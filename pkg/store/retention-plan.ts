/** What the log had come to at an instant: written every few seconds, so that retention needs no time in each row. */
export interface Mark {
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** All bytes of values ever written to the log, up to this revision. */
  readonly bytes: number;
}

export interface RetentionLimits {
  /** History older than this goes. */
  readonly maxAgeMs: number;
  /** History larger than this goes, oldest first. */
  readonly maxBytes: number;
  /** But history younger than this stays… */
  readonly minAgeMs: number;
  /** …and so do this many revisions. */
  readonly minRevisions: number;
}

export const defaultRetention: RetentionLimits = {
  maxAgeMs: 24 * 3_600_000,
  maxBytes: 512 * 1024 * 1024,
  minAgeMs: 10 * 60_000,
  minRevisions: 10_000,
};

/** Limits for history that is kept no longer than so; asked for less than what is kept at least, that is kept no more. */
export function retentionFor(maxAgeMs: number): RetentionLimits {
  if (maxAgeMs >= defaultRetention.minAgeMs) return { ...defaultRetention, maxAgeMs };
  return { ...defaultRetention, maxAgeMs, minAgeMs: 0, minRevisions: 0 };
}

/**
 * How often the log is marked, and how often history is compacted, in milliseconds: often enough for what is kept at the
 * shortest, and not more often than anybody notices.
 */
export function retentionPace(limits: RetentionLimits): { readonly markMs: number; readonly compactMs: number } {
  return { markMs: Math.min(10_000, limits.maxAgeMs / 4), compactMs: Math.min(60_000, limits.maxAgeMs / 2) };
}

/**
 * The revision up to which history should be forgotten; undefined: nothing to do. `marks` are in order of revision,
 * `head` is now.
 */
export function planCompaction(marks: readonly Mark[], head: Mark, limits: RetentionLimits): number | undefined {
  let found: number | undefined;
  for (const mark of marks) {
    if (mark.at > head.at - limits.minAgeMs || mark.revision > head.revision - limits.minRevisions) break;
    if (mark.at > head.at - limits.maxAgeMs && head.bytes - mark.bytes <= limits.maxBytes) break;
    found = mark.revision;
  }
  return found;
}
