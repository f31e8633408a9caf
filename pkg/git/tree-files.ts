import { StatusError } from "../status/index.ts";
import { ByteReader } from "./byte-reader.ts";
import { type GitPlace, runGit, streamGit } from "./run-git.ts";

/** An entry of a commit's tree that is no folder. */
export interface TreeFile {
  readonly kind: "file" | "program" | "link" | "submodule";
  readonly oid: string;
  /** Bytes; 0 of a submodule. */
  readonly size: number;
  readonly path: string;
}

/** git's own modes of what a commit can hold. */
const kinds: Readonly<Record<string, TreeFile["kind"]>> = {
  "100755": "program",
  "120000": "link",
  "160000": "submodule",
};

/** All entries below a tree: a commit, or COMMIT:FOLDER; paths are from there. Throws as runGit, and Invalid. */
export async function listFiles(place: GitPlace, tree: string, path?: string): Promise<readonly TreeFile[]> {
  const only = path === undefined ? [] : ["--", path];
  const listed = await runGit(place, ["ls-tree", "-r", "-l", "-z", "--full-tree", tree, ...only]);
  return listed
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "")
    .map(readLine);
}

/** "100644 blob OID    SIZE<tab>PATH" */
function readLine(line: string): TreeFile {
  const tab = line.indexOf("\t");
  const path = line.slice(tab + 1);
  const [mode = "", , oid = "", size = "0"] = line.slice(0, tab).split(/ +/);
  if (path.includes("\uFFFD")) throw new StatusError("Invalid", `a file's name is not UTF-8: ${path}`);
  return { kind: kinds[mode] ?? "file", oid, size: Number(size) || 0, path };
}

/** Hands the content of each file to `use`, in order, with one run of git. */
export async function readFiles<F extends TreeFile>(
  place: GitPlace,
  files: readonly F[],
  use: (file: F, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  if (files.length === 0) return;
  await streamGit(place, ["cat-file", "--batch"], async ({ stdin, stdout }) => {
    const reader = new ByteReader(stdout);
    for (const file of files) {
      stdin.write(`${file.oid}\n`);
      const [, type, size] = (await reader.line()).split(" ");
      if (type !== "blob" || Number(size) !== file.size)
        throw new StatusError("InternalError", `${file.path} is no blob`);
      await use(file, reader.bytes(file.size));
      // A line end follows each content.
      await reader.skip(1);
    }
    stdin.end();
  });
}

export async function contentOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
