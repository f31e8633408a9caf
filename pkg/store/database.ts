import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { StatusError } from "../status/index.ts";
import { syncPath } from "./sync-path.ts";

/** "PLSH": tells a store from other SQLite files. */
const applicationId = 0x504c_5348;
const schemaVersion = 1;

/**
 * `log` holds every write since `compacted`, and of older ones those that are current still; `current` points into
 * it. A row of the log is named by (revision, key); ids are in the order of writing. `swept` trails `compacted` while rows are being removed.
 */
const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  key TEXT NOT NULL,
  previous INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  value TEXT
);
CREATE UNIQUE INDEX log_by_revision ON log (revision, key);
CREATE TABLE current (key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE marks (revision INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL);
`;

export interface Meta {
  readonly clusterUid: string;
  readonly term: number;
  /** Of the last durable commit. */
  readonly revision: number;
  readonly compacted: number;
  readonly swept: number;
  /** All bytes of values ever written to the log. */
  readonly bytes: number;
}

export type Sqlite = Database.Database;

export function databaseFile(directory: string): string {
  return join(directory, "store.db");
}

/**
 * Opens the database for writing, making it where there is none. Throws ServiceUnavailable with a clear word where
 * the file is another program's, of a newer version, or damaged.
 */
export function openForWriting(file: string, initial: { readonly clusterUid: string; readonly term: number }): Sqlite {
  return translated(file, () => {
    // Made before SQLite does it, for its mode: the file holds Secrets. SQLite gives the same mode to -wal and -shm.
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
    const isNew = statSync(file).size === 0;
    const database = new Database(file, { timeout: 2000 });
    try {
      if (!isNew) checkIdentity(database, file);
      database.pragma("journal_mode = WAL");
      database.pragma("synchronous = FULL");
      database.pragma("wal_autocheckpoint = 4000");
      database.pragma("journal_size_limit = 67108864");
      if (isNew) {
        initialise(database, initial);
        syncPath(dirname(file)); // SQLite does this for files that it makes itself
      }
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

/** Wording for SQLite's errors: which file, what is wrong. StatusErrors pass. */
export function translated<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw toStatus(file, error);
  }
}

export function toStatus(file: string, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = error instanceof Error ? error.message : String(error);
  if (code === "SQLITE_NOTADB") {
    return new StatusError("ServiceUnavailable", `${file} is not a Plush store (it is no SQLite file, or is damaged)`);
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new StatusError("ServiceUnavailable", `${file} is damaged (${text}); restore a backup`, { cause: error });
  }
  if (code === "SQLITE_FULL") {
    return new StatusError("ServiceUnavailable", `${file}: no room left to write`, { cause: error });
  }
  return new StatusError("ServiceUnavailable", `${file}: ${text}`, { cause: error });
}

export function readMeta(database: Sqlite): Meta {
  const rows = database.prepare<[], { name: string; value: unknown }>("SELECT name, value FROM meta").all();
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  const number = (name: string): number => Number(values.get(name) ?? 0);
  return {
    clusterUid: String(values.get("clusterUid") ?? ""),
    term: number("term"),
    revision: number("revision"),
    compacted: number("compacted"),
    swept: number("swept"),
    bytes: number("bytes"),
  };
}

export function writeMeta(database: Sqlite, meta: Partial<Meta>): void {
  const statement = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
  for (const [name, value] of Object.entries(meta)) statement.run(name, value);
}

function initialise(database: Sqlite, initial: { readonly clusterUid: string; readonly term: number }): void {
  database.transaction(() => {
    database.exec(schema);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${schemaVersion}`);
    writeMeta(database, { ...initial, revision: 1, compacted: 1, swept: 1, bytes: 0 });
  })();
}

function checkIdentity(database: Sqlite, file: string): void {
  if (database.pragma("application_id", { simple: true }) !== applicationId) {
    throw new StatusError("ServiceUnavailable", `${file} is not a Plush store: another program made it`);
  }
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version !== schemaVersion) {
    throw new StatusError(
      "ServiceUnavailable",
      `${file} has format ${version}, this version of Plush reads format ${schemaVersion}`,
    );
  }
}
