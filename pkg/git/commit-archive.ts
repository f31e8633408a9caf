import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { StatusError } from "../status/index.ts";
import type { GitPlace } from "./run-git.ts";
import { contentOf, listFiles, readFiles, type TreeFile } from "./tree-files.ts";

/**
 * The files of a commit as a tar archive. Whoever makes it, the same commit is the same bytes: order, modes and contents
 * are the commit's, times and owners are nobody's, and no setting of the repository (attributes, filters) has a say.
 * Submodules are left out. The stream fails with what went wrong.
 */
export async function archiveCommit(place: GitPlace, commit: string, maxBytes: number): Promise<Readable> {
  const files = (await listFiles(place, commit)).filter(({ kind }) => kind !== "submodule");
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) {
    throw new StatusError("RequestEntityTooLarge", `commit ${commit} holds ${total} bytes: more than ${maxBytes}`);
  }
  const archive = pack();
  const stream = Readable.from(archive as AsyncIterable<Buffer>, { objectMode: false });
  // Who reads no further wants nothing more to be packed.
  stream.once("close", () => archive.destroy());
  readFiles(place, files, (file, content) => addFile(archive, file, content)).then(
    () => archive.finalize(),
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return stream;
}

/** Who made it and when is nobody's business: it would make another digest. */
const anonymous = { mtime: new Date(0), uid: 0, gid: 0 };

async function addFile(archive: Pack, file: TreeFile, content: AsyncIterable<Buffer>): Promise<void> {
  const { kind, path: name, size } = file;
  if (kind === "link") {
    const linkname = (await contentOf(content)).toString("utf8");
    return await added(archive, { ...anonymous, name, type: "symlink", linkname, mode: 0o777 });
  }
  const entry = archive.entry({ ...anonymous, name, size, mode: kind === "program" ? 0o755 : 0o644 });
  await pipeline(Readable.from(content), entry);
}

function added(archive: Pack, header: Parameters<Pack["entry"]>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, (error) => (error ? reject(error) : resolve()));
  });
}
