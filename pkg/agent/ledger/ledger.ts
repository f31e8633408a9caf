import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile, syncDirectory } from "../atomic-file.ts";
import type { ClaimEntry } from "./entry.ts";

/** The agent's memory over restarts: one file per claim. */
export interface Ledger {
  load(): Promise<readonly ClaimEntry[]>;
  /** On disk when it resolves. */
  save(entry: ClaimEntry): Promise<void>;
  remove(uid: string): Promise<void>;
}

/** Keeps the ledger in a directory. Files that a crash left half written are removed at loading. */
export function makeLedger(directory: string): Ledger {
  const path = (uid: string): string => join(directory, `${uid}.json`);
  return {
    async load() {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const entries: ClaimEntry[] = [];
      for (const name of await readdir(directory)) {
        if (name.endsWith(".json")) entries.push(await readEntry(join(directory, name)));
        else if (name.endsWith(".tmp")) await rm(join(directory, name), { force: true });
      }
      return entries;
    },
    save: (entry) => replaceFile(path(entry.uid), `${JSON.stringify(entry)}\n`, { mode: 0o600, durable: true }),
    async remove(uid) {
      await rm(path(uid), { force: true });
      await syncDirectory(directory);
    },
  };
}

/** The agent wrote the file itself, whole or not at all, so its shape is not checked again. */
async function readEntry(path: string): Promise<ClaimEntry> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as ClaimEntry;
  } catch (cause) {
    // To go on without it would be to forget what runs.
    throw new Error(`the ledger cannot be read: ${path}: ${String(cause)}`, { cause });
  }
}
