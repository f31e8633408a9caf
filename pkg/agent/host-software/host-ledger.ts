import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile, syncDirectory } from "../atomic-file.ts";
import type { HostEntry } from "./host-entry.ts";

/** Entries of what is on the machine for all claims, one file each; all of them are on disk before anything is done. */
export class HostLedger {
  readonly #directory: string;
  readonly #entries = new Map<string, HostEntry>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Reads what an earlier agent has written; to go on without it would be to forget what is installed. */
  async load(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      if (!name.endsWith(".json")) await rm(path, { force: true });
      else this.#entries.set(name.slice(0, -".json".length), JSON.parse(await readFile(path, "utf8")) as HostEntry);
    }
  }

  get(key: string): HostEntry | undefined {
    return this.#entries.get(key);
  }

  all(): readonly HostEntry[] {
    return [...this.#entries.values()];
  }

  /** On disk when it resolves. */
  async save(entry: HostEntry): Promise<HostEntry> {
    await replaceFile(this.#path(entry.key), `${JSON.stringify(entry)}\n`, { mode: 0o600, durable: true });
    this.#entries.set(entry.key, entry);
    return entry;
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
    await syncDirectory(this.#directory);
    this.#entries.delete(key);
  }

  #path(key: string): string {
    return join(this.#directory, `${key}.json`);
  }
}
