import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StatusError } from "../status/index.ts";
import type { Store } from "../store/index.ts";
import type { DataDirectory } from "./data-directory.ts";

/** Made at the first start, before anything is promised to anybody. Who made them anew would lose what rests on them. */
function lastingKeys(data: DataDirectory): ReadonlyMap<string, string> {
  return new Map([
    [join(data.pki, "ca.pem"), "clients know the server by it"],
    [join(data.keys, "document-key.pem"), "agents know the server by it"],
    [join(data.keys, "secrets.key"), "Secrets cannot be read without it"],
  ]);
}

/** Whether a server has worked on this directory: then its store must be there. */
export function hasServed(data: DataDirectory): boolean {
  return [...lastingKeys(data).keys()].some((file) => existsSync(file));
}

/** Throws where a store has content and one of its keys is gone: a new one would be a loss that nobody is told of. */
export function checkKeys(data: DataDirectory, store: Pick<Store, "revision">): void {
  if (store.revision <= 1) return;
  for (const [file, use] of lastingKeys(data)) {
    if (existsSync(file)) continue;
    const what = `${file} is gone, and ${use}`;
    throw new StatusError(
      "ServiceUnavailable",
      `${what}; put it back, or bring back a backup with: plush restore FILE`,
    );
  }
}

/** Throws where a restore was cut between moving the old directory aside and putting the new one in its place. */
export async function checkNoHalfRestore({ root }: DataDirectory): Promise<void> {
  const entries = await readdir(root).catch((): string[] => []);
  if (entries.length > 0) return;
  const parent = dirname(root);
  const siblings = await readdir(parent).catch((): string[] => []);
  const half = siblings.find((name) => name.startsWith(`${basename(root)}.restoring-`));
  if (half === undefined) return;
  throw new StatusError(
    "ServiceUnavailable",
    `a restore of ${root} was cut short; run plush restore FILE again (or, to begin anew, remove ${join(parent, half)})`,
  );
}
