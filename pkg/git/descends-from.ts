import { initRepository } from "./fetch-into.ts";
import type { GitAddress } from "./git-address.ts";
import { type GitPlace, runGit } from "./run-git.ts";

/** Most that came since the last look is a few commits. A history that goes on beyond the last of these is not followed. */
const depths = [50, 1000, 20_000] as const;

/**
 * Whether a commit came from another one, by the commits alone, in an empty place; undefined where it cannot be said. What
 * was overwritten may still be in the repository: that it is there says nothing.
 */
export async function descendsFrom(
  place: GitPlace,
  { url }: GitAddress,
  { commit, ancestor }: { readonly commit: string; readonly ancestor: string },
): Promise<boolean | undefined> {
  await initRepository(place, commit);
  for (const depth of depths) {
    // A server that cannot leave out files sends them all the same.
    const options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--filter=tree:0", `--depth=${depth}`];
    await runGit(place, ["fetch", ...options, "--", url, commit]);
    const history = (await runGit(place, ["rev-list", commit])).toString("utf8").split("\n");
    if (history.includes(ancestor)) return true;
    const isCut = (await runGit(place, ["rev-parse", "--is-shallow-repository"])).toString("utf8").trim() === "true";
    if (!isCut) return false;
  }
  return undefined;
}
