import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StatusError } from "../status/index.ts";
import { type GitPlace, runGit } from "./run-git.ts";
import { verifyCommit } from "./signatures.ts";
import { contentOf, listFiles, readFiles, type TreeFile } from "./tree-files.ts";

/** The files of one commit, as git has them: nothing is checked out, and no link is followed. */
export class GitTree {
  readonly commit: string;
  readonly #place: GitPlace;
  /** Empty directories below it are the tree's own while it lives. */
  readonly #scratch: string;
  #made = 0;

  constructor(place: GitPlace, commit: string, scratch: string) {
    this.commit = commit;
    this.#place = place;
    this.#scratch = scratch;
  }

  /** Everything below a folder ("." is all), with paths from the root; undefined where there is no such folder. */
  async list(folder: string): Promise<readonly TreeFile[] | undefined> {
    if (folder === ".") return listFiles(this.#place, this.commit);
    const tree = `${this.commit}:${folder}`;
    const type = await runGit(this.#place, ["cat-file", "-t", tree]).catch((error: unknown) => {
      if (error instanceof StatusError && error.reason === "Unreachable") return Buffer.from("none");
      throw error;
    });
    if (type.toString().trim() !== "tree") return undefined;
    return (await listFiles(this.#place, tree)).map((file) => ({ ...file, path: `${folder}/${file.path}` }));
  }

  /** Contents of files, in their order. They are held in memory: who asks looks at sizes first. */
  async read(files: readonly TreeFile[]): Promise<readonly Buffer[]> {
    const contents: Buffer[] = [];
    await readFiles(this.#place, files, async (_file, content) => void contents.push(await contentOf(content)));
    return contents;
  }

  /** A name for what a path holds: the same content has the same one. Undefined where there is nothing. */
  async nameOf(path: string): Promise<string | undefined> {
    const found = await runGit(this.#place, ["ls-tree", "-z", "--full-tree", this.commit, "--", path]);
    return /^\d+ \w+ ([0-9a-f]+)\t/.exec(found.toString("utf8"))?.[1];
  }

  /** Writes a file, or a folder with all below it, to where it can be read; gone with the tree. Throws Invalid. */
  async write(path: string): Promise<string> {
    const root = join(this.#scratch, String(this.#made++));
    const files = await listFiles(this.#place, this.commit, path);
    for (const file of files) checkPath(file);
    const links = files.filter(({ kind }) => kind === "link");
    const others = files.filter(({ kind }) => kind !== "link");
    await readFiles(this.#place, others, async (file, content) => {
      const target = join(root, file.path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await writeFile(target, content, { mode: file.kind === "program" ? 0o700 : 0o600, flag: "wx" });
    });
    // After all files, so that none is written through a link.
    const targets = await this.read(links);
    for (const [index, link] of links.entries()) {
      const at = join(root, link.path);
      await mkdir(dirname(at), { recursive: true, mode: 0o700 });
      await symlink(targets[index]?.toString("utf8") ?? "", at);
    }
    return join(root, path);
  }

  /** Rejects with SignatureError unless one of the keys has signed the commit. */
  async verify(keys: readonly string[]): Promise<void> {
    await verifyCommit(this.#place, this.commit, keys, join(this.#scratch, `keys-${this.#made++}`));
  }
}

/** git fetches what it is given: names that no tree may have are refused here. */
function checkPath({ path, kind }: TreeFile): void {
  if (kind === "submodule") throw new StatusError("Invalid", `${path} is a submodule: submodules are not fetched`);
  const isBad = path.split("/").some((part) => part === "" || part === "." || part === ".." || part === ".git");
  if (isBad) throw new StatusError("Invalid", `${JSON.stringify(path)} is no name of a file`);
}
