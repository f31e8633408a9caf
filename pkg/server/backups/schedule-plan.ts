import { formatTimestamp, parseTimestamp } from "../../clock/index.ts";

/** When backups are made by themselves, and how many are kept. */
export interface BackupSchedule {
  readonly directory: string;
  readonly everyMs: number;
  /** At least 1. */
  readonly keep: number;
}

/** After a failure the next try is sooner than a whole period. */
const retryMs = 5 * 60_000;

const pattern = /^plush-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar$/;

/** plush-20260102T030405Z.tar: names sort as their times do. */
export function backupName(now: number): string {
  return `plush-${formatTimestamp(now).replaceAll(/[-:]/g, "")}.tar`;
}

/** When the backup of such a name was made; undefined where the name is none that `backupName` gives. */
export function backupTime(name: string): number | undefined {
  const found = pattern.exec(name);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  return parseTimestamp(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** What a server that was killed while it made a backup, or checked one, left behind. */
export function isUnfinished(name: string): boolean {
  const [, backup = ""] = /^(.+\.tar)\.(?:partial|checking-[^/]+)$/.exec(name) ?? [];
  return backupTime(backup) !== undefined;
}

/** Of those that are there, the newest's time; undefined where there is none. */
export function newestBackup(names: readonly string[]): number | undefined {
  const times = names.flatMap((name) => backupTime(name) ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * How long to wait for the next: a period from the newest one, whoever made it, so that a restart of the server makes
 * neither more nor fewer. A newest one of the future, by a clock that was wrong, counts as made now.
 */
export function backupDelayMs(
  names: readonly string[],
  { now, everyMs, failed }: { readonly now: number; readonly everyMs: number; readonly failed: boolean },
): number {
  if (failed) return Math.min(everyMs, retryMs);
  const newest = newestBackup(names);
  return newest === undefined ? 0 : Math.max(0, Math.min(newest, now) + everyMs - now);
}

/** Those of these files that are backups beyond the `keep` newest. Other files are nobody's business. */
export function backupsToRemove(names: readonly string[], keep: number): readonly string[] {
  return names
    .filter((name) => backupTime(name) !== undefined)
    .sort()
    .reverse()
    .slice(keep);
}
