import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { toDiskStatus } from "./disk-fault.ts";

/** Makes a file's content, or a directory's list of names, durable. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** As `syncPath`, for all that lies below a directory, too. */
export function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else syncPath(path);
  }
  syncPath(directory);
}

/**
 * Makes a directory for its owner alone, and those above it that are missing; durable when it returns. ServiceUnavailable
 * where the disk is full or read-only.
 */
export function makeDirectory(path: string): void {
  try {
    const first = mkdirSync(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) syncPath(dirname(made));
  } catch (error) {
    throw toDiskStatus(path, error);
  }
}

/** Both names are durable when it returns; the content of what is renamed is the caller's matter. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncPath(dirname(to));
  if (dirname(from) !== dirname(to)) syncPath(dirname(from));
}

/** Removes a file; gone for good when it returns. */
export function removeDurably(path: string): void {
  rmSync(path, { force: true });
  syncPath(dirname(path));
}
