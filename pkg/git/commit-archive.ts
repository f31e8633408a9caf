import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { StatusError } from "../status/index.ts";
import { ByteReader } from "./byte-reader.ts";
import { type GitPlace, runGit, streamGit } from "./run-git.ts";

interface TreeFile {
  readonly mode: string;
  readonly oid: string;
  readonly size: number;
  readonly path: string;
}

/** git's own modes of what a commit can hold. */
const link = "120000";
const program = "100755";
const submodule = "160000";

/**
 * The files of a commit as a tar archive. Whoever makes it, the same commit is the same bytes: order, modes and contents
 * are the commit's, times and owners are nobody's, and no setting of the repository (attributes, filters) has a say.
 * Submodules are left out. The stream fails with what went wrong.
 */
export async function archiveCommit(place: GitPlace, commit: string, maxBytes: number): Promise<Readable> {
  const files = await filesOf(place, commit);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) {
    throw new StatusError("RequestEntityTooLarge", `commit ${commit} holds ${total} bytes: more than ${maxBytes}`);
  }
  const archive = pack();
  const stream = Readable.from(archive as AsyncIterable<Buffer>, { objectMode: false });
  // Who reads no further wants nothing more to be packed.
  stream.once("close", () => archive.destroy());
  addFiles(place, files, archive).then(
    () => archive.finalize(),
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return stream;
}

async function filesOf(place: GitPlace, commit: string): Promise<readonly TreeFile[]> {
  const listed = await runGit(place, ["ls-tree", "-r", "-l", "-z", "--full-tree", commit]);
  return listed
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "")
    .map(readLine)
    .filter(({ mode }) => mode !== submodule);
}

/** "100644 blob OID    SIZE<tab>PATH" */
function readLine(line: string): TreeFile {
  const tab = line.indexOf("\t");
  const path = line.slice(tab + 1);
  const [mode = "", , oid = "", size = "0"] = line.slice(0, tab).split(/ +/);
  if (path.includes("\uFFFD")) throw new StatusError("Invalid", `a file's name is not UTF-8: ${path}`);
  return { mode, oid, size: Number(size) || 0, path };
}

async function addFiles(place: GitPlace, files: readonly TreeFile[], archive: Pack): Promise<void> {
  if (files.length === 0) return;
  await streamGit(place, ["cat-file", "--batch"], async ({ stdin, stdout }) => {
    const reader = new ByteReader(stdout);
    for (const file of files) {
      stdin.write(`${file.oid}\n`);
      const [, type, size] = (await reader.line()).split(" ");
      if (type !== "blob" || Number(size) !== file.size)
        throw new StatusError("InternalError", `${file.path} is no blob`);
      await addFile(archive, file, reader);
      // A line end follows each content.
      await reader.skip(1);
    }
    stdin.end();
  });
}

/** Who made it and when is nobody's business: it would make another digest. */
const anonymous = { mtime: new Date(0), uid: 0, gid: 0 };

async function addFile(archive: Pack, { mode, path: name, size }: TreeFile, reader: ByteReader): Promise<void> {
  if (mode === link) {
    const linkname = Buffer.concat(await collect(reader.bytes(size))).toString("utf8");
    return await added(archive, { ...anonymous, name, type: "symlink", linkname, mode: 0o777 });
  }
  const entry = archive.entry({ ...anonymous, name, size, mode: mode === program ? 0o755 : 0o644 });
  await pipeline(Readable.from(reader.bytes(size)), entry);
}

function added(archive: Pack, header: Parameters<Pack["entry"]>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, (error) => (error ? reject(error) : resolve()));
  });
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
