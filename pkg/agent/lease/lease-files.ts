import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../atomic-file.ts";

/** Where a machine keeps its leases for shims: one line for each claim and epoch. */
export interface LeaseFiles {
  /** Where shims look for it. */
  path(name: string): string;
  list(): Promise<readonly { readonly name: string; readonly line: string }[]>;
  replace(name: string, line: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export function leaseFilesIn(directory: string): LeaseFiles {
  const path = (name: string): string => join(directory, name);
  return {
    path,
    async list() {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const names = await readdir(directory);
      return Promise.all(names.map(async (name) => ({ name, line: await readFile(path(name), "utf8") })));
    },
    // Not waited for on the disk: after a crash of the machine it is of another boot, and of no use.
    replace: (name, line) => replaceFile(path(name), line, { mode: 0o600, durable: false }),
    remove: (name) => rm(path(name), { force: true }),
  };
}
