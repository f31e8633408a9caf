import { resolve } from "node:path";
import { type Arguments, type Flag, UsageError } from "../../cli/index.ts";
import type { ServerOptions } from "../server-options.ts";

const defaults = { everyMs: 24 * 3_600_000, keep: 7 };
const shortestMs = 60_000;

export const backupFlags: readonly Flag[] = [
  { name: "backup-dir", type: "text", value: "DIR", help: "make backups here by itself (default: none are made)" },
  { name: "backup-interval", type: "duration", value: "DURATION", help: "how often (default 24h)" },
  { name: "backup-keep", type: "number", value: "N", help: "how many are kept (default 7)" },
];

/** Throws UsageError for what has no meaning. */
export function readBackupFlags(args: Arguments): Pick<ServerOptions, "backups"> {
  const directory = args.text("backup-dir");
  if (directory === undefined) {
    const alone = ["backup-interval", "backup-keep"].find((name) => args.has(name));
    if (alone !== undefined) throw new UsageError(`--${alone} has no meaning without --backup-dir`);
    return {};
  }
  const everyMs = args.duration("backup-interval") ?? defaults.everyMs;
  if (everyMs < shortestMs) throw new UsageError("--backup-interval: at least 1m is expected");
  const keep = args.number("backup-keep") ?? defaults.keep;
  if (!Number.isInteger(keep) || keep < 1) throw new UsageError("--backup-keep: at least 1 is expected");
  return { backups: { directory: resolve(directory), everyMs, keep } };
}
