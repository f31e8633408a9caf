/**
 * Commits of Git repositories, fetched with the program git: the only place that runs it. What users name reaches it as
 * single words, never through a shell; what it may do beyond is switched off (hooks, submodules, redirects, other protocols).
 */
export type { GitCredentials } from "./credentials.ts";
export { type GitCommit, type GitOptions, type GitRequest, withCommit } from "./fetch-commit.ts";
export { GitError } from "./git-error.ts";
export type { GitTree } from "./git-tree.ts";
export { type LocalRepository, withLocalCommits } from "./local-commits.ts";
export { makeRepositories, type Repositories, type RepositoryRequest, type WantedRef } from "./repositories.ts";
export { type Credentials, secretCredentials } from "./secret-credentials.ts";
export { SignatureError } from "./signatures.ts";
export type { TreeFile } from "./tree-files.ts";
