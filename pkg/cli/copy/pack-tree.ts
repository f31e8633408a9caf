import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { StatusError } from "../../status/index.ts";

/** A file or a directory with all that is in it as a tar archive, under another name; links stay links. */
export function packTree(path: string, name: string, onBytes: (bytes: number) => void): AsyncIterable<Uint8Array> {
  const archive = pack();
  addMember(archive, path, name, onBytes).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  // The library's stream is like Node's, and is not declared so.
  return archive as unknown as Readable;
}

async function addMember(archive: Pack, path: string, name: string, onBytes: (bytes: number) => void): Promise<void> {
  const stat = await lstat(path);
  const common = { name, mode: stat.mode & 0o777, mtime: stat.mtime };
  if (stat.isDirectory()) {
    await addEntry(archive, { ...common, type: "directory" });
    for (const child of (await readdir(path)).sort())
      await addMember(archive, join(path, child), posix.join(name, child), onBytes);
  } else if (stat.isSymbolicLink()) {
    await addEntry(archive, { ...common, type: "symlink", linkname: await readlink(path) });
  } else if (stat.isFile()) {
    // Of a file that grows while it is read, as much as it had; one that shrinks is an error.
    const bytes = stat.size === 0 ? [] : createReadStream(path, { end: stat.size - 1 });
    await pipeline(bytes, archive.entry({ ...common, size: stat.size }));
    onBytes(stat.size);
  } else {
    throw new StatusError("BadRequest", `${path}: neither file, directory nor link`);
  }
}

function addEntry(archive: Pack, header: Parameters<Pack["entry"]>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, (error) => (error ? reject(error) : resolve()));
  });
}
