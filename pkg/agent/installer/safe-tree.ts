import { chmod, link, lstat, mkdir, open, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { leadsInside } from "../../archive/index.ts";
import { InstallError } from "./install-error.ts";

export interface SafeTreeOptions {
  /** An empty directory. */
  readonly root: string;
  /** Leading components that are dropped from each name. */
  readonly strip: number;
  /** More bytes than this are not unpacked. */
  readonly maxBytes: number;
  /** Bytes that the disk has left. */
  readonly freeBytes: number;
  /** Ends the unpacking. */
  readonly signal?: AbortSignal;
}

/** What each member of an archive costs at least: an empty one takes room as well. */
const memberBytes = 512;

/**
 * Unpacks members of an archive below a directory and nowhere else. Throws InstallError UnsafeArchive for a member that
 * leads out, by its name or by a link, and for what no package needs: devices, setuid programs, far too much.
 */
export class SafeTree {
  readonly #options: SafeTreeOptions;
  readonly #links: string[] = [];
  #bytes = 0;

  constructor(options: SafeTreeOptions) {
    this.#options = options;
  }

  /** Path of a member in the file system; undefined where nothing is left of its name. */
  resolve(name: string): string | undefined {
    if (name.startsWith("/") || name.includes("\0")) throw unsafe(`${name} is an absolute path`);
    const parts = name.split("/").filter((part) => part !== "" && part !== ".");
    if (parts.includes("..")) throw unsafe(`${name} leads out of the package`);
    const kept = parts.slice(this.#options.strip);
    return kept.length === 0 ? undefined : join(this.#options.root, ...kept);
  }

  async directory(name: string, mode: number): Promise<void> {
    const path = this.resolve(name);
    if (path === undefined) return;
    this.#count(memberBytes);
    await this.#makeParents(path);
    if (!(await this.#isDirectory(path))) await this.#makeDirectory(path);
    // The agent must be able to go on unpacking in it.
    await chmod(path, (mode & 0o777) | 0o700);
  }

  async file(name: string, mode: number, content: Readable): Promise<void> {
    if ((mode & 0o6000) !== 0) throw unsafe(`${name} is a setuid program`);
    const path = this.resolve(name);
    this.#count(memberBytes);
    if (path === undefined) return void content.resume();
    await this.#makeWay(path);
    const file = await open(path, "wx", 0o600);
    try {
      for await (const chunk of content) {
        this.#count((chunk as Buffer).length);
        await file.write(chunk as Buffer);
      }
      await file.chmod((mode & 0o777) | 0o600);
    } finally {
      await file.close();
    }
  }

  /** The target is judged at the end, when all that it may lead through is there. */
  async symbolicLink(name: string, target: string): Promise<void> {
    const path = this.resolve(name);
    if (path === undefined) return;
    if (target.startsWith("/")) throw unsafe(`link ${name} leads to ${target}`);
    this.#count(memberBytes);
    await this.#makeWay(path);
    await symlink(target, path);
    this.#links.push(path);
  }

  async hardLink(name: string, target: string): Promise<void> {
    const path = this.resolve(name);
    const source = this.resolve(target);
    if (path === undefined) return;
    this.#count(memberBytes);
    if (source === undefined || !(await this.#isPlainFile(source))) throw unsafe(`link ${name} leads to ${target}`);
    await this.#makeWay(path);
    await link(source, path);
  }

  /** To be called once all members are there. */
  async finish(): Promise<void> {
    for (const path of this.#links) {
      if (!(await leadsInside(this.#options.root, path)))
        throw unsafe(`link ${path.slice(this.#options.root.length + 1)} leads out`);
    }
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    const { maxBytes, freeBytes, signal } = this.#options;
    signal?.throwIfAborted();
    if (this.#bytes > maxBytes) throw unsafe(`it unpacks to more than ${maxBytes} bytes`);
    if (this.#bytes > freeBytes) throw new InstallError("DiskFull", `only ${freeBytes} bytes are free on the disk`);
  }

  /** Parents exist and are directories of this tree, and nothing that could be written through stands at the path. */
  async #makeWay(path: string): Promise<void> {
    await this.#makeParents(path);
    await rm(path, { force: true });
  }

  async #makeParents(path: string): Promise<void> {
    const parent = dirname(path);
    if (parent === this.#options.root || parent === path) return;
    await this.#makeParents(parent);
    if (!(await this.#isDirectory(parent))) await this.#makeDirectory(parent);
  }

  async #makeDirectory(path: string): Promise<void> {
    await mkdir(path, { mode: 0o755 });
  }

  async #isDirectory(path: string): Promise<boolean> {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return false;
    if (!found.isDirectory()) throw unsafe(`${path.slice(this.#options.root.length + 1)} is no directory`);
    return true;
  }

  async #isPlainFile(path: string): Promise<boolean> {
    const { root } = this.#options;
    for (let parent = dirname(path); parent.length > root.length; parent = dirname(parent)) {
      if (!(await lstat(parent).catch(() => undefined))?.isDirectory()) return false;
    }
    return (await lstat(path).catch(() => undefined))?.isFile() ?? false;
  }
}

function unsafe(message: string): InstallError {
  return new InstallError("UnsafeArchive", `refused: ${message}`);
}
