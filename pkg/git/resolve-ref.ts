import { GitError } from "./git-error.ts";
import { type GitPlace, runGit } from "./run-git.ts";

const commitPattern = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** The commit that a branch, a tag, a full reference name or HEAD is at now; a commit is itself. Throws as runGit, and RefNotFound. */
export async function resolveRef(place: GitPlace, url: string, ref: string): Promise<string> {
  if (commitPattern.test(ref)) return ref;
  const listed = await runGit(place, ["ls-remote", "--", url, ref, `${ref}^{}`]);
  const commits = new Map(
    listed
      .toString("utf8")
      .split("\n")
      .map((line): [string, string] => [line.split("\t")[1] ?? "", line.split("\t")[0] ?? ""]),
  );
  for (const name of candidates(ref)) {
    // The second is what an annotated tag is of.
    const commit = commits.get(`${name}^{}`) ?? commits.get(name);
    if (commit !== undefined && commitPattern.test(commit)) return commit;
  }
  const isShort = /^[0-9a-f]{7,63}$/.test(ref);
  const what = ref.startsWith("refs/")
    ? ref.replace(/^refs.(heads|tags)./, (_all, kind: string) => (kind === "heads" ? "branch " : "tag "))
    : `branch and no tag ${ref}`;
  const why = isShort ? ": a commit is given with all of its 40 digits" : "";
  throw new GitError("RefNotFound", `there is no ${what} in ${url}${why}`);
}

/** In git's own order: a tag goes before a branch of the same name. */
function candidates(ref: string): readonly string[] {
  return ref === "HEAD" || ref.startsWith("refs/") ? [ref] : [`refs/tags/${ref}`, `refs/heads/${ref}`];
}
