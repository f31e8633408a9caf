import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { StatusError } from "../status/index.ts";
import { toStatus, translated } from "./database-fault.ts";

/**
 * Takes a directory for this process; throws Conflict while another one has it. The lock is SQLite's own on an empty
 * file: the kernel drops it when the process ends, however it ends. The number of the process stands beside it only to be
 * shown. Returns what releases it.
 */
export function lockDirectory(directory: string): () => void {
  const pidFile = join(directory, "lock.pid");
  const file = join(directory, "lock.db");
  const database = translated(file, () => new Database(file, { timeout: 0 }));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!code.startsWith("SQLITE_BUSY")) throw toStatus(file, error);
    throw new StatusError("Conflict", `${directory} is in use by another Plush server (process ${readPid(pidFile)})`);
  }
  try {
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch {
    // A full disk is told where it matters: by who writes there.
  }
  return () => {
    rmSync(pidFile, { force: true });
    database.close();
  };
}

function readPid(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}
