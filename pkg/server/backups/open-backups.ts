import type { Closers } from "../closers.ts";
import type { Foundation } from "../foundation.ts";
import type { ServerOptions } from "../server-options.ts";
import { Backups } from "./backup.ts";
import { backupChecker } from "./check-apart.ts";
import { ScheduledBackups } from "./scheduled-backups.ts";

/** Those that are asked for, and those that are made without being asked for, where the operator wants these. */
export async function openBackups(
  { backups: schedule, program }: ServerOptions,
  { clock, log, metrics, data, store }: Foundation,
  closers: Closers,
): Promise<{ readonly backups: Backups; readonly scheduled?: ScheduledBackups }> {
  const backups = new Backups(data, store);
  closers.add(() => backups.close());
  if (schedule === undefined) return { backups };
  const scheduled = new ScheduledBackups({ schedule, backups, check: backupChecker(program), clock, log, metrics });
  await scheduled.start();
  closers.add(() => scheduled.stop());
  return { backups, scheduled };
}
