import { chmod, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../atomic-file.ts";
import { hasCode } from "../error-code.ts";
import { treeBytes } from "./tree-bytes.ts";
import { isTreeName } from "./tree-name.ts";

/**
 * Unpacked packages on the disk, each whole under its name or not there at all: one comes to its name by rename, and
 * leaves it by rename before it is removed or used. Nobody but the agent gets in.
 */
export class TreeStore {
  readonly #directory: string;
  readonly #boot: string;
  readonly #bytes = new Map<string, number>();

  /** `boot`: what was written before a crash of the host may be empty. */
  constructor(directory: string, boot: string) {
    this.#directory = directory;
    this.#boot = boot;
  }

  /** Takes up what an earlier agent left, and removes what it left half done. */
  async load(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const marker = join(this.#directory, "boot");
    const isSameBoot = (await readFile(marker, "utf8").catch(() => "")) === this.#boot;
    for (const name of await readdir(this.#directory)) {
      if (name === "boot") continue;
      if (isSameBoot && isTreeName(name)) this.#bytes.set(name, await treeBytes(this.path(name)));
      else await rm(this.path(name), { recursive: true, force: true });
    }
    // Not before all of the former boot is gone.
    if (!isSameBoot) await replaceFile(marker, this.#boot, { mode: 0o600, durable: false });
  }

  has(name: string): boolean {
    return this.#bytes.has(name);
  }

  get names(): readonly string[] {
    return [...this.#bytes.keys()];
  }

  get bytes(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Where a tree is unpacked to, by rename. */
  path(name: string): string {
    return join(this.#directory, name);
  }

  /** It has been unpacked to its path. */
  async add(name: string): Promise<void> {
    await chmod(this.path(name), 0o700);
    this.#bytes.set(name, await treeBytes(this.path(name)));
  }

  /** Moves a tree away, to be used once; false where it is not there. */
  async take(name: string, target: string): Promise<boolean> {
    if (!this.#bytes.delete(name)) return false;
    try {
      await rename(this.path(name), target);
      return true;
    } catch (error) {
      // Another file system, or somebody has cleaned up by hand: it is unpacked as if it had never been here.
      if (!hasCode(error, "EXDEV") && !hasCode(error, "ENOENT")) throw error;
      await this.#remove(name);
      return false;
    }
  }

  async drop(name: string): Promise<void> {
    if (this.#bytes.delete(name)) await this.#remove(name);
  }

  /** A crash on the way must not leave half of it under its name. */
  async #remove(name: string): Promise<void> {
    const going = `${this.path(name)}.gone`;
    await rm(going, { recursive: true, force: true });
    await rename(this.path(name), going).catch((error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
    });
    await rm(going, { recursive: true, force: true });
  }
}
