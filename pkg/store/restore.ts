import { closeSync, copyFileSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { makeDirectory, syncPath, syncTree } from "../disk/index.ts";
import { StatusError } from "../status/index.ts";
import { databaseFile, openForReading } from "./database.ts";
import { translated } from "./database-fault.ts";
import { lockDirectory } from "./directory-lock.ts";
import { load } from "./load.ts";
import { readMeta, writeMeta } from "./meta.ts";
import { migrate } from "./schema.ts";

/** Far more than any server can have handed out since the backup: revisions never go back for a client. */
const revisionStep = 1_000_000_000;

export interface Restored {
  readonly term: number;
  readonly revision: number;
  /** Where the directory that was there before is now. */
  readonly movedAside?: string;
}

/**
 * Makes `directory` a store with the content of a backup. The term rises, so that agents obey the restored server and
 * servers of an older term stop; the revision jumps, and history starts anew, so that clients list again. A directory
 * that exists is moved aside; Conflict where a server has it open. `now` in milliseconds since 1970.
 */
export function restoreInto(backupFile: string, directory: string, now: number): Restored {
  const fresh = `${directory}.restoring-${process.pid}`;
  try {
    makeDirectory(fresh);
    const restored = fillFromBackup(backupFile, databaseFile(fresh), now);
    syncTree(fresh);
    const movedAside = existsSync(directory) ? moveAside(directory, now) : undefined;
    renameSync(fresh, directory);
    syncPath(dirname(directory));
    return { ...restored, ...(movedAside !== undefined && { movedAside }) };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function fillFromBackup(backupFile: string, file: string, now: number): Restored {
  checkBackup(backupFile);
  closeSync(openSync(file, "wx", 0o600));
  copyFileSync(backupFile, file);
  const database = new Database(file);
  try {
    return translated(backupFile, () => {
      migrate(database);
      load(database);
      return startAnew(database, now);
    });
  } finally {
    database.close();
  }
}

function startAnew(database: Database.Database, now: number): Restored {
  const meta = readMeta(database);
  const term = Math.max(Math.floor(now / 1000), meta.term + 1);
  const revision = meta.revision + revisionStep;
  database.transaction(() => {
    database.exec("DELETE FROM log WHERE (key, revision) NOT IN (SELECT key, revision FROM current)");
    database.exec("DELETE FROM marks");
    writeMeta(database, { term, revision, compacted: revision, swept: revision });
  })();
  return { term, revision };
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
