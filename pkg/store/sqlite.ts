import type Database from "better-sqlite3";

/** A connection to the database file. */
export type Sqlite = Database.Database;
