import { chmod, link, lstat, mkdir, open, rm, symlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { leadsInside } from "../../archive/index.ts";
import { StatusError } from "../../status/index.ts";

export interface UnpackOptions {
  /** The archive's top: members are NAME and NAME/…, with or without "./" before. */
  readonly name: string;
  /** What NAME becomes here. */
  readonly path: string;
  /** Told of what is left out. */
  readonly onSkip: (text: string) => void;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Unpacks an archive that another machine has made, at one path and below it and nowhere else: what leads out by its
 * name, or would be written through a link, is refused; links that lead out, devices and the like are left out.
 */
export class TreeUnpacker {
  readonly #options: UnpackOptions;
  readonly #archive = extract();
  readonly #done: Promise<void>;
  /** Where they lead, by their paths. */
  readonly #links = new Map<string, string>();

  constructor(options: UnpackOptions) {
    this.#options = options;
    this.#done = this.#unpackAll();
    this.#done.catch(() => undefined); // write and end meet it
  }

  /** Resolves when more may be written; rejects where the archive is refused. */
  write(bytes: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve) => {
      // The library's stream is like Node's, and is not declared so.
      const archive = this.#archive;
      if (archive.write(bytes)) resolve();
      else archive.once("drain", resolve);
    });
    return Promise.race([written, this.#done]);
  }

  /** Resolves when all is unpacked. */
  async end(): Promise<void> {
    // The library declares an argument that it does not need.
    this.#archive.end(undefined);
    await this.#done;
  }

  async #unpackAll(): Promise<void> {
    try {
      for await (const entry of this.#archive) {
        await this.#unpack(entry.header, entry as unknown as Readable);
        entry.resume();
      }
    } finally {
      await this.#judgeLinks();
    }
  }

  async #judgeLinks(): Promise<void> {
    for (const [path, target] of this.#links) {
      if (await leadsInside(this.#options.path, path)) continue;
      await rm(path, { force: true });
      this.#options.onSkip(`${path}: the link leads out, to ${target}`);
    }
  }

  async #unpack(header: Header, content: Readable): Promise<void> {
    const { name, type, linkname = "" } = header;
    const inside = this.#insideOf(name);
    const path = join(this.#options.path, ...inside);
    const mode = (header.mode ?? 0o644) & 0o777;
    switch (type) {
      case "file":
      case "contiguous-file":
        return this.#file(await this.#way(inside), mode, content);
      case "directory":
        return this.#directory(inside, mode);
      case "symlink":
        return this.#symbolicLink(inside, linkname);
      case "link":
        return this.#hardLink(inside, linkname);
      default:
        return this.#options.onSkip(`${path}: neither file, directory nor link`);
    }
  }

  /** Below the top; throws for a name that is not there. */
  #insideOf(name: string): readonly string[] {
    const parts = name.split("/").filter((part) => part !== "" && part !== ".");
    const top = this.#options.name.split("/").filter((part) => part !== "" && part !== ".");
    const isBelow = top.every((part, index) => parts[index] === part);
    const isPlain = !name.startsWith("/") && !parts.includes("..") && !parts.some((part) => part.includes(sep));
    if (isBelow && isPlain && !name.includes("\0")) return parts.slice(top.length);
    throw new StatusError(
      "Forbidden",
      `refused: the archive has a member ${JSON.stringify(name)}, which leads out of the copy`,
    );
  }

  async #file(path: string, mode: number, content: Readable): Promise<void> {
    const file = await open(path, "wx", 0o600);
    try {
      for await (const chunk of content) {
        await file.write(chunk as Buffer);
        this.#options.onBytes((chunk as Buffer).length);
      }
      await file.chmod(mode);
    } finally {
      await file.close();
    }
  }

  async #directory(inside: readonly string[], mode: number): Promise<void> {
    await this.#parents(inside);
    const path = join(this.#options.path, ...inside);
    // A link to a directory at the top is the user's own.
    if (inside.length === 0) await mkdir(path, { recursive: true });
    else await this.#ensureDirectory(path);
    // What is to be written into it has to be.
    await chmod(path, mode | 0o700);
  }

  /** Where it leads is judged at the end, when all is there that it may lead through. */
  async #symbolicLink(inside: readonly string[], target: string): Promise<void> {
    if (inside.length === 0) return this.#options.onSkip(`the source is a link, to ${target}: copy that`);
    const path = await this.#way(inside);
    await symlink(target, path);
    this.#links.set(path, target);
  }

  async #hardLink(inside: readonly string[], linkname: string): Promise<void> {
    const source = this.#insideOf(linkname);
    await this.#parents(source);
    const from = join(this.#options.path, ...source);
    if (!(await lstat(from).catch(() => undefined))?.isFile())
      throw new StatusError("Forbidden", `refused: the archive links to ${linkname}, which is no file in it`);
    await link(from, await this.#way(inside));
  }

  /** The path of a member, its directories made, what stands there removed. */
  async #way(inside: readonly string[]): Promise<string> {
    await this.#parents(inside);
    const path = join(this.#options.path, ...inside);
    if (inside.length === 0) await mkdir(dirname(path), { recursive: true });
    // Never through a link: it goes itself.
    await rm(path, { force: true });
    return path;
  }

  async #parents(inside: readonly string[]): Promise<void> {
    if (inside.length > 0) await mkdir(this.#options.path, { recursive: true });
    for (let depth = 1; depth < inside.length; depth++)
      await this.#ensureDirectory(join(this.#options.path, ...inside.slice(0, depth)));
  }

  async #ensureDirectory(path: string): Promise<void> {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) await mkdir(path, { recursive: true });
    else if (!found.isDirectory()) throw new StatusError("Conflict", `${path} is no directory`);
  }
}
