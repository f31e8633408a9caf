import { chmodSync, closeSync, existsSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { removeDurably, renameDurably, syncPath } from "../disk/index.ts";
import { StatusError } from "../status/index.ts";
import { damagedText, translated } from "./database-fault.ts";
import type { Meta } from "./meta.ts";
import { checkIdentity, initialise, migrate } from "./schema.ts";
import type { Sqlite } from "./sqlite.ts";
import { damageIn } from "./wal-check.ts";

export function databaseFile(directory: string): string {
  return join(directory, "store.db");
}

/** Whether a store was ever made there; one that has been lost since is there all the same. */
export function isThere(file: string): boolean {
  return sizeOf(file) > 0 || sizeOf(logFileOf(file)) > 0;
}

/**
 * Opens the database for writing, making it where there is none. Throws ServiceUnavailable with a clear word where
 * the file is another program's, of a newer version, or damaged.
 */
export function openForWriting(file: string, initial: Pick<Meta, "clusterUid" | "term">): Sqlite {
  return translated(file, () => {
    if (!isThere(file)) makeDatabase(file, initial);
    checkFiles(file);
    const database = new Database(file, { timeout: 2000 });
    try {
      checkIdentity(database, file);
      database.pragma("journal_mode = WAL");
      database.pragma("synchronous = FULL");
      database.pragma("wal_autocheckpoint = 4000");
      database.pragma("journal_size_limit = 67108864");
      migrate(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** A second connection for reading while the worker writes. */
export function openForReading(file: string): Sqlite {
  return translated(file, () => {
    if (!existsSync(file)) throw new StatusError("NotFound", `${file} does not exist`);
    const database = new Database(file, { readonly: true, timeout: 2000 });
    try {
      checkIdentity(database, file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Under another name until it is whole: a crash meanwhile leaves nothing that looks like a store. Only its owner may
 * read it, since it holds Secrets; SQLite gives the same mode to -wal and -shm.
 */
function makeDatabase(file: string, initial: Pick<Meta, "clusterUid" | "term">): void {
  const fresh = `${file}.new`;
  for (const path of [fresh, `${fresh}-wal`, `${fresh}-shm`, `${fresh}-journal`]) rmSync(path, { force: true });
  closeSync(openSync(fresh, "wx", 0o600));
  const database = new Database(fresh);
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    initialise(database, initial);
  } finally {
    database.close();
  }
  syncPath(fresh);
  // One of an earlier file would be taken for this one's.
  if (existsSync(`${file}-journal`)) removeDurably(`${file}-journal`);
  renameDurably(fresh, file);
}

/** What SQLite would put up with in silence, at the price of commits. */
function checkFiles(file: string): void {
  if (sizeOf(file) === 0)
    throw new StatusError("ServiceUnavailable", damagedText(file, "it is empty, or gone, beside its log"));
  const damage = damageIn(logFileOf(file));
  if (damage !== undefined) throw new StatusError("ServiceUnavailable", damagedText(logFileOf(file), damage));
  chmodSync(file, 0o600);
}

function logFileOf(file: string): string {
  return `${file}-wal`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
