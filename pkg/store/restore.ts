import { closeSync, copyFileSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { makeDirectory, syncPath, syncTree } from "../disk/index.ts";
import { StatusError } from "../status/index.ts";
import { databaseFile, openForReading } from "./database.ts";
import { translated } from "./database-fault.ts";
import { lockDirectory } from "./directory-lock.ts";
import { load } from "./load.ts";
import { type Meta, readMeta, writeMeta } from "./meta.ts";
import { migrate } from "./schema.ts";

/** Of what stands where a backup is restored; undefined: nothing, or nothing that can be read. */
export type Replaced = Pick<Meta, "term" | "epochFloor"> | undefined;

/** Far more than any server can have handed out since the backup: revisions never go back for a client. */
const revisionStep = 1_000_000_000;
/** Far more often than any claim is bound between two restores, where no clock says that time went by. */
const epochStep = 1000;

export interface Restored {
  readonly term: number;
  readonly revision: number;
  /** Where the directory that was there before is now. */
  readonly movedAside?: string;
}

/**
 * Makes `directory` a store with the content of a backup. The term rises, so that agents obey the restored server and
 * servers of an older term stop; epochs jump, so that none is given twice; the revision jumps, and history starts anew, so
 * that clients list again. A directory
 * that exists is moved aside; Conflict where a server has it open. `now` in milliseconds since 1970. `replaces`: the
 * store that this one takes the place of; default: what stands there.
 */
export function restoreInto(backupFile: string, directory: string, now: number, replaces = directory): Restored {
  const fresh = `${directory}.restoring-${process.pid}`;
  try {
    makeDirectory(fresh);
    const replaced = readReplaced(databaseFile(replaces));
    const restored = fillFromBackup(backupFile, databaseFile(fresh), now, replaced);
    syncTree(fresh);
    const movedAside = existsSync(directory) ? moveAside(directory, now) : undefined;
    renameSync(fresh, directory);
    syncPath(dirname(directory));
    return { ...restored, ...(movedAside !== undefined && { movedAside }) };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function fillFromBackup(backupFile: string, file: string, now: number, replaced: Replaced): Restored {
  checkBackup(backupFile);
  closeSync(openSync(file, "wx", 0o600));
  copyFileSync(backupFile, file);
  const database = new Database(file);
  try {
    return translated(backupFile, () => {
      migrate(database);
      load(database);
      return startAnew(database, now, replaced);
    });
  } finally {
    database.close();
  }
}

function startAnew(database: Database.Database, now: number, replaced: Replaced): Restored {
  const next = restoredMeta(readMeta(database), replaced, now);
  database.transaction(() => {
    database.exec("DELETE FROM log WHERE (key, revision) NOT IN (SELECT key, revision FROM current)");
    database.exec("DELETE FROM marks");
    writeMeta(database, next);
  })();
  return { term: next.term, revision: next.revision };
}

/**
 * What a store counts on from after a restore: nothing that it hands out may be taken for what an older server did. Terms
 * and epochs are counted by the clock, since of servers whose data is lost nothing else is known: a claim is not
 * bound as often as once a second.
 */
export function restoredMeta(
  backup: Meta,
  replaced: Replaced,
  now: number,
): Pick<Meta, "term" | "epochFloor" | "revision" | "compacted" | "swept"> {
  const seconds = Math.floor(now / 1000);
  const revision = backup.revision + revisionStep;
  return {
    term: Math.max(seconds, backup.term + 1, (replaced?.term ?? 0) + 1),
    epochFloor: Math.max(seconds, backup.epochFloor + epochStep, (replaced?.epochFloor ?? 0) + epochStep),
    revision,
    compacted: revision,
    swept: revision,
  };
}

/** What counts on from what is replaced, as far as it can be read: a restore is for when it cannot, too. */
function readReplaced(file: string): Replaced {
  if (!existsSync(file)) return undefined;
  try {
    const database = openForReading(file);
    try {
      return readMeta(database);
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

function checkBackup(file: string): void {
  const database = openForReading(file);
  try {
    const [problem] = translated(file, () => database.pragma("integrity_check(1)", { simple: false })) as readonly {
      readonly integrity_check: string;
    }[];
    if (problem?.integrity_check === "ok") return;
    throw new StatusError("ServiceUnavailable", `${file} is damaged: ${problem?.integrity_check}`);
  } finally {
    database.close();
  }
}

/** Refuses while a server runs there. */
function moveAside(directory: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const target = `${directory}.before-restore-${stamp}`;
  const release = lockDirectory(directory);
  try {
    renameSync(directory, target);
  } finally {
    release();
  }
  rmSync(`${target}/lock.pid`, { force: true });
  return target;
}
