import type { GitSync } from "../../api/index.ts";
import { dig, text } from "../../merge/index.ts";

/** Events of the servers that are about commits: GitHub's and Gitea's push and create, GitLab's hooks. */
const pushEvents: ReadonlySet<string> = new Set(["push", "create", "Push Hook", "Tag Push Hook"]);

/** Whether an event may mean another commit for a sync. What does not say which reference it is about may. */
export function concernsPush({ spec }: GitSync, event: string, body: unknown): boolean {
  if (!pushEvents.has(event)) return false;
  const ref = text(dig(body, "ref"));
  if (!ref.startsWith("refs/")) return true;
  const { branch, tag, commit, semver } = spec.ref ?? {};
  if (branch !== undefined) return ref === `refs/heads/${branch}`;
  if (tag !== undefined) return ref === `refs/tags/${tag}`;
  if (semver !== undefined) return ref.startsWith("refs/tags/");
  if (commit !== undefined) return false;
  const main = text(dig(body, "repository", "default_branch")) || text(dig(body, "project", "default_branch"));
  return main === "" || ref === `refs/heads/${main}`;
}
