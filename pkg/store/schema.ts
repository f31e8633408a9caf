import { StatusError } from "../status/index.ts";
import { type Meta, writeMeta } from "./meta.ts";
import type { Sqlite } from "./sqlite.ts";

/** "PLSH": tells a store from other SQLite files. */
const applicationId = 0x504c_5348;
/** 1 had no checksums and no count of objects. */
const schemaVersion = 2;

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
  value TEXT,
  sum INTEGER
);
CREATE UNIQUE INDEX log_by_revision ON log (revision, key);
CREATE TABLE current (key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE marks (revision INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL);
`;

export function initialise(database: Sqlite, initial: Pick<Meta, "clusterUid" | "term">): void {
  database.transaction(() => {
    database.exec(schema);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${schemaVersion}`);
    writeMeta(database, { ...initial, revision: 1, compacted: 1, swept: 1, bytes: 0, objects: 0 });
  })();
}

/** Throws ServiceUnavailable where the file is another program's, or of a version that is not known here. */
export function checkIdentity(database: Sqlite, file: string): void {
  if (database.pragma("application_id", { simple: true }) !== applicationId) {
    throw new StatusError("ServiceUnavailable", `${file} is not a Plush store: another program made it`);
  }
  const version = versionOf(database);
  if (version < 1 || version > schemaVersion) {
    throw new StatusError(
      "ServiceUnavailable",
      `${file} has format ${version}, this version of Plush reads formats 1 to ${schemaVersion}`,
    );
  }
}

/** Brings a database of an older version up to this one. Rows that were written by that one have no checksum. */
export function migrate(database: Sqlite): void {
  if (versionOf(database) === schemaVersion) return;
  database.transaction(() => {
    database.exec("ALTER TABLE log ADD COLUMN sum INTEGER");
    database.exec("INSERT INTO meta (name, value) SELECT 'objects', count(*) FROM current");
    database.pragma(`user_version = ${schemaVersion}`);
  })();
}

function versionOf(database: Sqlite): number {
  return Number(database.pragma("user_version", { simple: true }));
}
