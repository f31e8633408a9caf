import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StatusError } from "../status/index.ts";
import { GitTree } from "./git-tree.ts";
import { type GitPlace, runGit } from "./run-git.ts";

/** Somebody's own checkout, with his own settings. */
export interface LocalRepository {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * The two commits that BASE..HEAD or BASE...HEAD (from where they parted) name in a local repository. Rejects with
 * BadRequest where there are no such commits.
 */
export async function withLocalCommits<T>(
  { directory, env, signal }: LocalRepository,
  range: string,
  use: (base: GitTree, head: GitTree) => Promise<T>,
): Promise<T> {
  const [, from = "", dots = "", to = ""] = /^([^\s.-](?:[^\s.]|\.(?!\.))*)(\.\.\.?)(\S*)$/.exec(range) ?? [];
  if (from === "") throw new StatusError("BadRequest", `${JSON.stringify(range)} is not BASE..HEAD`);
  const known = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const scratch = await mkdtemp(join(tmpdir(), "plush-git-"));
  const place: GitPlace = {
    cwd: directory,
    env: { ...known, LC_ALL: "C.UTF-8", GIT_LITERAL_PATHSPECS: "1" },
    credentials: { kind: "none" },
    signal,
  };
  try {
    const head = await commitOf(place, to === "" ? "HEAD" : to);
    const base = await commitOf(place, from);
    const parted = dots === "..." ? (await runGit(place, ["merge-base", base, head])).toString().trim() : base;
    return await use(new GitTree(place, parted, scratch), new GitTree(place, head, scratch));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function commitOf(place: GitPlace, revision: string): Promise<string> {
  try {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
    return (await runGit(place, args)).toString().trim();
  } catch (error) {
    place.signal.throwIfAborted();
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError("BadRequest", `${revision} is no commit of the repository in ${place.cwd}`, { cause: error });
  }
}
