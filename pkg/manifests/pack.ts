import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  type Dirent,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, posix, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Pack, pack as tarPack } from "tar-stream";
import { StatusError } from "../status/index.ts";

/** A package ready for upload. */
export interface PackedFile {
  /** Where its bytes are. */
  readonly path: string;
  /** "sha256:HEX" */
  readonly digest: string;
  readonly size: number;
  /** Says the format: a directory is packed as NAME.tar.gz. */
  readonly fileName: string;
  /** Removes what was made for it. */
  dispose(): void;
}

/**
 * Makes one file of what `source` names: a file is taken as it is, a directory is packed. The same content gives the same
 * digest, whoever packs it and when: names are sorted, owners and times are left out.
 */
export async function packSource(source: string): Promise<PackedFile> {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) throw new StatusError("BadRequest", `${source}: no such file`);
  if (stat.isDirectory()) return packDirectory(resolve(source));
  return { path: source, ...(await digestOf(source)), fileName: basename(source), dispose: () => undefined };
}

async function packDirectory(directory: string): Promise<PackedFile> {
  const scratch = mkdtempSync(join(tmpdir(), "plush-pack-"));
  const dispose = (): void => rmSync(scratch, { recursive: true, force: true });
  try {
    const path = join(scratch, "package.tar.gz");
    const archive = tarPack();
    const written = pipeline(archive, createGzip(), new UnnamedGzip(), createWriteStream(path));
    await Promise.all([addMembers(archive, directory), written]);
    return { path, ...(await digestOf(path)), fileName: `${basename(directory)}.tar.gz`, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function addMembers(archive: Pack, root: string): Promise<void> {
  try {
    for (const name of membersOf(root, "")) await addMember(archive, root, name);
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function membersOf(root: string, inside: string): string[] {
  const byName = (left: Dirent, right: Dirent): number => (left.name < right.name ? -1 : 1);
  return readdirSync(join(root, inside), { withFileTypes: true })
    .sort(byName)
    .flatMap((entry) => {
      const name = posix.join(inside, entry.name);
      return entry.isDirectory() ? [name, ...membersOf(root, name)] : [name];
    });
}

/** What is the same for every member: who packed it and when is nobody's business. */
const anonymous = { mtime: new Date(0), uid: 0, gid: 0 };

async function addMember(archive: Pack, root: string, name: string): Promise<void> {
  const path = join(root, name);
  const stat = lstatSync(path);
  if (stat.isDirectory()) {
    await entry(archive, { ...anonymous, name, type: "directory", mode: 0o755 });
  } else if (stat.isSymbolicLink()) {
    const linkname = readlinkSync(path);
    if (leadsOut(name, linkname))
      throw new StatusError("BadRequest", `${path}: the link leads out of the package: ${linkname}`);
    await entry(archive, { ...anonymous, name, type: "symlink", linkname, mode: 0o777 });
  } else if (stat.isFile()) {
    const mode = (stat.mode & 0o111) === 0 ? 0o644 : 0o755;
    await pipeline(createReadStream(path), archive.entry({ ...anonymous, name, mode, size: stat.size }));
  } else {
    throw new StatusError("BadRequest", `${path}: neither file, directory nor link`);
  }
}

function entry(archive: Pack, header: Parameters<Pack["entry"]>[0]): Promise<void> {
  return new Promise((done, failed) => {
    archive.entry(header, (error) => (error ? failed(error) : done()));
  });
}

function leadsOut(name: string, target: string): boolean {
  return target.startsWith("/") || posix.normalize(posix.join(posix.dirname(name), target)).startsWith("..");
}

/** The ninth byte of a gzip file names the system it was made on: made unknown, as the content is the same. */
class UnnamedGzip extends Transform {
  #seen = 0;

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: Error | null, data: Buffer) => void,
  ): void {
    const at = systemByte - this.#seen;
    const here = at >= 0 && at < chunk.length;
    const passed = here ? Buffer.from(chunk) : chunk;
    if (here) passed[at] = 255;
    this.#seen += chunk.length;
    done(null, passed);
  }
}

const systemByte = 9;

async function digestOf(path: string): Promise<{ readonly digest: string; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}
