import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { newestInRange } from "../match/index.ts";
import { isReason } from "../status/index.ts";
import type { GitCredentials } from "./credentials.ts";
import { descendsFrom } from "./descends-from.ts";
import { type GitOptions, judgeAddress } from "./fetch-commit.ts";
import { checkVersion, fetchInto, initRepository } from "./fetch-into.ts";
import type { GitAddress } from "./git-address.ts";
import { GitError } from "./git-error.ts";
import { makeGitHome } from "./git-home.ts";
import { GitTree } from "./git-tree.ts";
import { Limits, sizeOf } from "./limits.ts";
import { resolveRef } from "./resolve-ref.ts";
import { type GitPlace, runGit } from "./run-git.ts";

/** Which commit of a repository is meant: at most one of these; none: what the repository itself is at. */
export interface WantedRef {
  readonly branch?: string;
  readonly tag?: string;
  readonly commit?: string;
  readonly semver?: string;
}

export interface RepositoryRequest {
  readonly url: string;
  readonly credentials: GitCredentials;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Repositories that are looked at again and again: each has a working area, which keeps the last commit alone. */
export interface Repositories {
  /** The commit that is meant now. Rejects as withCommit does. */
  resolve(request: RepositoryRequest & { readonly ref: WantedRef }): Promise<string>;
  /** Fetches a commit into an area, unless it is there, and hands its files to `use`. Rejects as withCommit does. */
  withTree<T>(
    request: RepositoryRequest & { readonly area: string; readonly commit: string },
    use: (tree: GitTree) => Promise<T>,
  ): Promise<T>;
  /** Whether a commit came from another one; undefined where nobody can say. */
  descends(
    request: RepositoryRequest & { readonly commit: string; readonly ancestor: string },
  ): Promise<boolean | undefined>;
  /** Removes an area. */
  forget(area: string): Promise<void>;
  /** Removes all areas but these. */
  keepOnly(areas: ReadonlySet<string>): Promise<void>;
}

/** Manifests are small; who keeps large files beside them has this much room for all. */
const defaultMaxBytes = 512 << 20;

export function makeRepositories(options: Omit<GitOptions, "timeoutMs">): Repositories {
  return new WorkingAreas(options);
}

interface Run {
  readonly place: GitPlace;
  readonly address: GitAddress;
  readonly scratch: string;
}

class WorkingAreas implements Repositories {
  readonly #options: Omit<GitOptions, "timeoutMs">;
  /** Who uses an area now, for those who want to use it next. */
  readonly #busy = new Map<string, Promise<void>>();
  #isChecked = false;

  constructor(options: Omit<GitOptions, "timeoutMs">) {
    this.#options = options;
  }

  resolve({ ref, ...request }: RepositoryRequest & { readonly ref: WantedRef }): Promise<string> {
    return this.#run(request, this.#options.directory, async ({ place, address }) => {
      if (ref.commit !== undefined) return ref.commit;
      if (ref.semver !== undefined) return resolveVersion(place, address, ref.semver);
      return resolveRef(place, address.url, nameOf(ref));
    });
  }

  async withTree<T>(
    { area, commit, ...request }: RepositoryRequest & { readonly area: string; readonly commit: string },
    use: (tree: GitTree) => Promise<T>,
  ): Promise<T> {
    return this.#alone(area, async () => {
      const directory = this.#path(area);
      try {
        return await this.#inArea(directory, commit, request, use);
      } catch (error) {
        request.signal.throwIfAborted();
        // What was fetched before may have filled it.
        if (!isReason(error, "RequestEntityTooLarge")) throw error;
        await rm(directory, { recursive: true, force: true, maxRetries: 3 });
        return await this.#inArea(directory, commit, request, use);
      }
    });
  }

  async descends({
    commit,
    ancestor,
    ...request
  }: RepositoryRequest & { readonly commit: string; readonly ancestor: string }): Promise<boolean | undefined> {
    try {
      return await this.#run(request, this.#options.directory, async ({ place, address, scratch }) => {
        const cwd = join(scratch, "history");
        await mkdir(cwd, { mode: 0o700 });
        return descendsFrom({ ...place, cwd }, address, { commit, ancestor });
      });
    } catch {
      request.signal.throwIfAborted();
      return undefined;
    }
  }

  forget(area: string): Promise<void> {
    return this.#alone(area, () => rm(this.#path(area), { recursive: true, force: true, maxRetries: 3 }));
  }

  async keepOnly(areas: ReadonlySet<string>): Promise<void> {
    const found = await readdir(this.#options.directory).catch((): string[] => []);
    for (const name of found) if (!areas.has(name)) await this.forget(name);
  }

  #path(area: string): string {
    return join(this.#options.directory, area);
  }

  async #alone<T>(area: string, use: () => Promise<T>): Promise<T> {
    const before = this.#busy.get(area) ?? Promise.resolve();
    const result = before.then(use);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.#busy.set(area, ended);
    try {
      return await result;
    } finally {
      if (this.#busy.get(area) === ended) this.#busy.delete(area);
    }
  }

  #inArea<T>(
    directory: string,
    commit: string,
    request: RepositoryRequest,
    use: (tree: GitTree) => Promise<T>,
  ): Promise<T> {
    return this.#run(request, directory, async ({ place, address, scratch }) => {
      const repository: GitPlace = { ...place, cwd: join(directory, "repository") };
      if (!(await hasCommit(repository, commit))) {
        await prepare(repository, commit);
        await fetchInto(repository, address, commit);
        // So that the next fetch says what is here; what was here before is kept by nothing.
        await runGit(repository, ["update-ref", "refs/plush/last", commit]);
        await runGit(repository, ["pack-refs", "--all"]);
      }
      return use(new GitTree(repository, commit, scratch));
    });
  }

  /** With a home for git that is there for this alone. */
  async #run<T>(request: RepositoryRequest, directory: string, use: (run: Run) => Promise<T>): Promise<T> {
    const { credentials, signal, timeoutMs } = request;
    const { address, dialled } = await judgeAddress(this.#options, request.url);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const scratch = await mkdtemp(join(directory, "run-"));
    const { maxBytes = defaultMaxBytes } = this.#options;
    // What others keep beside it does not count.
    const metered = directory === this.#options.directory ? scratch : directory;
    const limits = new Limits(metered, { maxBytes, timeoutMs }, signal);
    try {
      const home = join(scratch, "home");
      await mkdir(home, { mode: 0o700 });
      const env = await makeGitHome(home, { address, credentials, ...(dialled !== undefined && { dialled }) });
      const place: GitPlace = {
        cwd: scratch,
        env: { ...env, GIT_LITERAL_PATHSPECS: "1" },
        credentials,
        signal: limits.signal,
      };
      if (!this.#isChecked) await checkVersion(place, address);
      this.#isChecked ||= address.scheme !== "file" && address.scheme !== "ssh";
      return await use({ place, address, scratch });
    } catch (error) {
      signal.throwIfAborted();
      throw limits.reason ?? error;
    } finally {
      limits.end();
      await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

/** A repository that something is wrong with, or that holds much more than one commit, is begun anew. */
async function prepare(place: GitPlace, commit: string): Promise<void> {
  const isThere = await runGit({ ...place, cwd: join(place.cwd, "..") }, ["--git-dir=repository", "rev-parse"]).then(
    () => true,
    () => false,
  );
  place.signal.throwIfAborted();
  if (isThere && (await sizeOf(place.cwd)) < keptBytes) return;
  await rm(place.cwd, { recursive: true, force: true, maxRetries: 3 });
  await mkdir(place.cwd, { recursive: true, mode: 0o700 });
  await initRepository(place, commit);
}

/** So much of older commits may stay, since the next one has most of it too. */
const keptBytes = 64 << 20;

async function hasCommit(place: GitPlace, commit: string): Promise<boolean> {
  const root = { ...place, cwd: join(place.cwd, "..") };
  return runGit(root, ["--git-dir=repository", "cat-file", "-e", `${commit}^{tree}`]).then(
    () => true,
    (error: unknown) => {
      place.signal.throwIfAborted();
      if (error instanceof GitError) throw error;
      return false;
    },
  );
}

function nameOf({ branch, tag }: WantedRef): string {
  if (branch !== undefined) return `refs/heads/${branch}`;
  return tag === undefined ? "HEAD" : `refs/tags/${tag}`;
}

async function resolveVersion(place: GitPlace, { url }: GitAddress, range: string): Promise<string> {
  const listed = (await runGit(place, ["ls-remote", "--tags", "--refs", "--", url])).toString("utf8");
  const tags = [...listed.matchAll(/\trefs\/tags\/(.+)$/gm)].map(([, tag = ""]) => tag);
  const tag = newestInRange(range, tags);
  if (tag === undefined) throw new GitError("RefNotFound", `no tag of ${url} is a version in ${range}`);
  return resolveRef(place, url, `refs/tags/${tag}`);
}
