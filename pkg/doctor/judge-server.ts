import { formatDuration } from "../clock/index.ts";
import type { Finding } from "./finding.ts";

const mebi = 1024 * 1024;
const dayMs = 86_400_000;

export interface DiskRoom {
  readonly path: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly freeFiles: number;
  /** 0 where the file system has no such number. */
  readonly totalFiles: number;
}

export function judgeRoom({ path, freeBytes, totalBytes, freeFiles, totalFiles }: DiskRoom): Finding {
  const share = totalBytes === 0 ? 1 : freeBytes / totalBytes;
  const files = totalFiles === 0 ? 1 : freeFiles / totalFiles;
  const message = `${path} has ${sizeText(freeBytes)} of ${sizeText(totalBytes)} left (${percent(share)}), ${percent(files)} of its inodes`;
  const mend = "make room: when it is full the server answers writes with 503, and loses nothing";
  if (freeBytes < 256 * mebi || files < 0.01) return { area: "disk", verdict: "Bad", message, mend };
  if (freeBytes < 2048 * mebi || files < 0.05) return { area: "disk", verdict: "Warning", message, mend };
  return { area: "disk", verdict: "Good", message };
}

/** `medianMs`: how long it takes until a small write is durable. Each acknowledged write waits for one of these. */
export function judgeSync(path: string, medianMs: number): Finding {
  const message = `a write to ${path} is durable after ${medianMs.toFixed(1)} ms (median)`;
  const mend = "put the data directory on a local SSD: every write waits for its disk";
  if (medianMs > 100) return { area: "disk", verdict: "Bad", message, mend };
  if (medianMs > 20) return { area: "disk", verdict: "Warning", message, mend };
  return { area: "disk", verdict: "Good", message };
}

/** `lagMs`: 99th percentile of the event loop's delay. */
export function judgeLag(lagMs: number): Finding {
  const message = `the event loop is late by ${lagMs.toFixed(0)} ms (99th percentile)`;
  if (lagMs <= 250) return { area: "server", verdict: "Good", message };
  const mend = "give the server more of a processor: while it is this late it suspends judgement about machines";
  return { area: "server", verdict: lagMs > 2000 ? "Bad" : "Warning", message, mend };
}

/** Links, streams and watches are files each. `limit`: undefined where there is none. */
export function judgeOpenFiles(limit: number | undefined, machines: number): Finding {
  const needed = 256 + machines * 4;
  if (limit === undefined || limit >= needed) {
    const message = `${limit ?? "any number of"} files may be open; ${machines} machines need about ${needed}`;
    return { area: "server", verdict: "Good", message };
  }
  return {
    area: "server",
    verdict: "Bad",
    message: `only ${limit} files may be open; ${machines} machines need about ${needed}`,
    mend: `raise the limit (ulimit -n, LimitNOFILE of the unit) to ${needed} and restart the server`,
  };
}

/** `notAfter`, `now`: milliseconds since 1970. */
export function judgeCertificate(name: string, notAfter: number, now: number): Finding {
  const left = notAfter - now;
  const day = new Date(notAfter).toISOString().slice(0, 10);
  const message = left > 0 ? `${name} is good until ${day}` : `${name} ran out on ${day}`;
  if (left > 30 * dayMs) return { area: "certificates", verdict: "Good", message };
  const mend = "restart the server: it makes new ones at its start when less than 60 days are left";
  return { area: "certificates", verdict: left > 0 ? "Warning" : "Bad", message, mend };
}

export interface BackupFacts {
  readonly directory: string;
  readonly everyMs: number;
  /** Milliseconds since 1970; undefined: there is none. */
  readonly newest: number | undefined;
  readonly failure: string | undefined;
}

/** `facts`: undefined where the server makes none by itself. */
export function judgeBackups(facts: BackupFacts | undefined, now: number): Finding {
  if (facts === undefined) {
    return {
      area: "backups",
      verdict: "Warning",
      message: "no backups are made",
      mend: "start the server with --backup-dir DIR, on another disk than its own, or run `plush backup` from cron",
    };
  }
  const { directory, everyMs, newest, failure } = facts;
  if (failure !== undefined) {
    const mend = "the server tries again within 5 minutes; older backups are kept";
    return { area: "backups", verdict: "Bad", message: `the last backup to ${directory} failed: ${failure}`, mend };
  }
  if (newest === undefined) return { area: "backups", verdict: "Warning", message: `none in ${directory} yet` };
  const age = Math.max(0, now - newest);
  const message = `the newest in ${directory} is ${formatDuration(age)} old, and can be restored`;
  if (age <= 2 * everyMs) return { area: "backups", verdict: "Good", message };
  const mend = `one is due every ${formatDuration(everyMs)}: look into the server's log`;
  return { area: "backups", verdict: "Bad", message, mend };
}

/** `offsetMs`: how far another clock is ahead of the one it is compared with. */
export function judgeClock(whose: string, offsetMs: number): Finding {
  const size = Math.abs(offsetMs);
  const message = `${whose} is ${formatDuration(Math.round(size))} ${offsetMs < 0 ? "behind" : "ahead of"} the server's`;
  if (size < 1000) return { area: "clock", verdict: "Good", message: `${whose} agrees with the server's` };
  const mend = "run chrony or systemd-timesyncd: certificates and time stamps go by the clock";
  return { area: "clock", verdict: size > 60_000 ? "Bad" : "Warning", message, mend };
}

export function sizeText(bytes: number): string {
  const gibi = bytes / 1024 ** 3;
  return gibi >= 1 ? `${gibi.toFixed(1)}Gi` : `${(bytes / mebi).toFixed(0)}Mi`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
