import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, formatDuration } from "../../clock/index.ts";
import { makeDirectory, writeWhole } from "../../disk/index.ts";
import type { Logger } from "../../log/index.ts";
import type { Metrics } from "../../metrics/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Backups } from "./backup.ts";
import {
  type BackupSchedule,
  backupDelayMs,
  backupName,
  backupsToRemove,
  isUnfinished,
  newestBackup,
} from "./schedule-plan.ts";

export interface ScheduledBackupsPorts {
  readonly schedule: BackupSchedule;
  readonly backups: Pick<Backups, "make">;
  /** Rejects where the file cannot be restored. */
  readonly check: (file: string, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** How backups that are made by themselves fare. */
export interface BackupState {
  readonly schedule: BackupSchedule;
  /** Milliseconds since 1970; undefined: there is none. */
  readonly newest: number | undefined;
  /** Why the last try failed; undefined where it did not, or where there was none yet. */
  readonly failure: string | undefined;
}

/** Makes a backup each period, sees that it can be restored, and keeps the newest few. */
export class ScheduledBackups {
  readonly #ports: ScheduledBackupsPorts;
  readonly #stopped = new AbortController();
  readonly #made;
  readonly #newest;
  #cancel = (): void => undefined;
  #running: Promise<void> = Promise.resolve();
  #state: BackupState;

  constructor(ports: ScheduledBackupsPorts) {
    this.#ports = ports;
    this.#state = { schedule: ports.schedule, newest: undefined, failure: undefined };
    this.#made = ports.metrics.counter({
      name: "plush_scheduled_backups_total",
      help: "Backups that the server was to make by itself, by how that ended.",
      labels: ["result"],
    });
    for (const result of ["made", "failed"] as const) this.#made.inc({ result }, 0);
    this.#newest = ports.metrics.gauge({
      name: "plush_last_backup_timestamp_seconds",
      help: "When the newest backup was made that can be restored; 0 where there is none.",
    });
  }

  get state(): BackupState {
    return this.#state;
  }

  /** Throws ServiceUnavailable where the directory cannot be used: an operator who asked for backups wants to know at once. */
  async start(): Promise<void> {
    const { schedule } = this.#ports;
    makeDirectory(schedule.directory);
    for (const name of (await readdir(schedule.directory)).filter(isUnfinished))
      await rm(join(schedule.directory, name), { recursive: true, force: true });
    await this.#wind(false);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancel();
    await this.#running;
  }

  async #wind(failed: boolean): Promise<void> {
    const { clock, schedule } = this.#ports;
    const names = await readdir(schedule.directory).catch(() => []);
    this.#see(names);
    if (this.#stopped.signal.aborted) return;
    const delayMs = backupDelayMs(names, { now: clock.now(), everyMs: schedule.everyMs, failed });
    this.#cancel = clock.setTimer(delayMs, () => {
      this.#running = this.#try();
    });
  }

  async #try(): Promise<void> {
    const { clock, log, schedule } = this.#ports;
    const began = clock.monotonic();
    const name = backupName(clock.now());
    try {
      const size = await this.#make(join(schedule.directory, name));
      const took = formatDuration(clock.monotonic() - began);
      log.info({ file: join(schedule.directory, name), size, took }, "backup made");
      this.#made.inc({ result: "made" });
      this.#state = { ...this.#state, failure: undefined };
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      const failure = StatusError.from(error).message;
      log.error({ directory: schedule.directory, error: failure }, "backup failed");
      this.#made.inc({ result: "failed" });
      this.#state = { ...this.#state, failure };
    }
    await this.#wind(this.#state.failure !== undefined);
  }

  async #make(file: string): Promise<number> {
    const { backups, check, clock, schedule } = this.#ports;
    const body = await backups.make(clock.now());
    const destroy = (): void => void body.destroy();
    this.#stopped.signal.addEventListener("abort", destroy, { once: true });
    const size = await writeWhole(file, body);
    this.#stopped.signal.removeEventListener("abort", destroy);
    try {
      await check(file, this.#stopped.signal);
    } catch (error) {
      // What cannot be restored must not push out what can.
      await rm(file, { force: true });
      throw error;
    }
    for (const name of backupsToRemove(await readdir(schedule.directory), schedule.keep))
      await rm(join(schedule.directory, name), { force: true });
    return size;
  }

  #see(names: readonly string[]): void {
    const newest = newestBackup(names);
    this.#state = { ...this.#state, newest };
    this.#newest.set((newest ?? 0) / 1000);
  }
}
