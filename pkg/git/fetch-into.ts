import { StatusError } from "../status/index.ts";
import type { GitAddress } from "./git-address.ts";
import { GitError } from "./git-error.ts";
import { type GitPlace, runGit } from "./run-git.ts";

/** Makes an empty repository of the place that holds commits of this format. */
export async function initRepository(place: GitPlace, commit: string): Promise<void> {
  const format = commit.length === 64 ? "sha256" : "sha1";
  await runGit(place, ["init", "--bare", "--quiet", `--object-format=${format}`, "."]);
}

/** Fetches one commit, without what came before it, into the place's repository. Throws as runGit, and RefNotFound. */
export async function fetchInto(place: GitPlace, { url }: GitAddress, commit: string): Promise<void> {
  const fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
  try {
    await runGit(place, [...fetch, "--depth=1", "--", url, commit]);
  } catch (error) {
    const said = error instanceof StatusError ? error.message : "";
    if (/not our ref/.test(said)) throw new GitError("RefNotFound", `there is no commit ${commit} in ${url}`);
    // A server that hands out nothing but what its references are at.
    if (!/unadvertised object|allow-tip-sha1|no such remote ref/i.test(said)) throw error;
    await runGit(place, [
      ...fetch,
      "--",
      url,
      "+refs/heads/*:refs/fetched/heads/*",
      "+refs/tags/*:refs/fetched/tags/*",
    ]);
  }
  await runGit(place, ["cat-file", "-e", `${commit}^{commit}`]).catch((error: unknown) => {
    place.signal.throwIfAborted();
    throw new GitError("RefNotFound", `${commit} is no commit in ${url}`, { cause: error });
  });
}

/** Older ones cannot be told which address a name has. */
const leastVersion = [2, 37] as const;

export async function checkVersion(place: GitPlace, { scheme }: GitAddress): Promise<void> {
  if (scheme !== "https" && scheme !== "http") return;
  const text = (await runGit(place, ["--version"])).toString("utf8").trim();
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  if (major > leastVersion[0] || (major === leastVersion[0] && minor >= leastVersion[1])) return;
  throw new GitError("GitMissing", `the server's computer has ${text}, which is too old: 2.37 or later is needed`);
}
