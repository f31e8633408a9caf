import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { StatusError } from "../status/index.ts";
import { archiveCommit } from "./commit-archive.ts";
import type { GitCredentials } from "./credentials.ts";
import { type GitAddress, readGitAddress } from "./git-address.ts";
import { GitError } from "./git-error.ts";
import { makeGitHome } from "./git-home.ts";
import { resolveRef } from "./resolve-ref.ts";
import { type GitPlace, runGit } from "./run-git.ts";

export interface GitOptions {
  /** Where repositories lie while they are looked into; the server's alone. */
  readonly directory: string;
  /** The address of a host that may be dialled; rejects with Forbidden or Unreachable. */
  readonly addressOf: (host: string, port: number) => Promise<string>;
  /** Whether repositories of this very computer may be read. */
  readonly allowFile: boolean;
  /** More is not fetched, packed or unpacked. Default 2 GiB. */
  readonly maxBytes?: number;
  /** Longer it may not take. Default 10 min. */
  readonly timeoutMs?: number;
}

export interface GitRequest {
  readonly url: string;
  /** Branch, tag, full reference name, commit, or HEAD. */
  readonly ref: string;
  /** What the reference was resolved to before, and is held to. */
  readonly commit?: string;
  readonly credentials: GitCredentials;
  readonly signal: AbortSignal;
}

export interface GitCommit {
  readonly commit: string;
  /** Its files, as a tar archive: the same bytes for the same commit. */
  readonly archive: Readable;
}

const defaultMaxBytes = 2 * 2 ** 30;
const defaultTimeoutMs = 600_000;
/** How often it is looked how much has come. */
const meterMs = 500;

/**
 * Fetches one commit and hands it to `use`; nothing of it is left afterwards. Rejects with GitError, or StatusError:
 * Forbidden where the host may not be asked, Timeout, RequestEntityTooLarge, else Unreachable with git's own last words.
 */
export async function withCommit<T>(
  options: GitOptions,
  request: GitRequest,
  use: (commit: GitCommit) => Promise<T>,
): Promise<T> {
  const address = readGitAddress(request.url);
  if (address.scheme === "file" && !options.allowFile) {
    throw new StatusError("Forbidden", "file:// is read only while the server listens on loopback alone");
  }
  const dialled = address.scheme === "file" ? undefined : await options.addressOf(address.host, address.port);
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(options.directory, "fetch-"));
  const limits = new Limits(directory, options, request.signal);
  try {
    const { credentials } = request;
    const home = join(directory, "home");
    const cwd = join(directory, "repository");
    for (const path of [home, cwd]) await mkdir(path, { mode: 0o700 });
    const env = await makeGitHome(home, { address, credentials, ...(dialled !== undefined && { dialled }) });
    const place: GitPlace = { cwd, env, credentials, signal: limits.signal };
    const commit = await fetchInto(place, address, request);
    const maxBytes = options.maxBytes ?? defaultMaxBytes;
    return await use({ commit, archive: await archiveCommit(place, commit, maxBytes) });
  } catch (error) {
    request.signal.throwIfAborted();
    throw limits.reason ?? error;
  } finally {
    limits.end();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function fetchInto(place: GitPlace, { scheme, url }: GitAddress, request: GitRequest): Promise<string> {
  if (scheme === "https" || scheme === "http") await checkVersion(place);
  const commit = request.commit ?? (await resolveRef(place, url, request.ref));
  const format = commit.length === 64 ? "sha256" : "sha1";
  await runGit(place, ["init", "--bare", "--quiet", `--object-format=${format}`, "."]);
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
  return commit;
}

/** Older ones cannot be told which address a name has. */
const leastVersion = [2, 37] as const;

async function checkVersion(place: GitPlace): Promise<void> {
  const text = (await runGit(place, ["--version"])).toString("utf8").trim();
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  if (major > leastVersion[0] || (major === leastVersion[0] && minor >= leastVersion[1])) return;
  throw new GitError("GitMissing", `the server's computer has ${text}, which is too old: 2.37 or later is needed`);
}

/** Ends what takes too long or too much. */
class Limits {
  readonly #controller = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #ended: () => void;
  reason: StatusError | undefined;

  constructor(
    directory: string,
    { maxBytes = defaultMaxBytes, timeoutMs = defaultTimeoutMs }: GitOptions,
    outer: AbortSignal,
  ) {
    const stop = (reason: StatusError): void => {
      this.reason ??= reason;
      this.#controller.abort(reason);
    };
    const onOuter = (): void => this.#controller.abort(outer.reason);
    outer.addEventListener("abort", onOuter, { once: true });
    if (outer.aborted) onOuter();
    const late = new StatusError("Timeout", `fetching took longer than ${timeoutMs / 1000} s`);
    const large = new StatusError("RequestEntityTooLarge", `the repository is larger than ${maxBytes} bytes`);
    const meter = async (): Promise<void> => {
      if ((await sizeOf(directory)) > maxBytes) stop(large);
    };
    this.#timers = [setTimeout(() => stop(late), timeoutMs), setInterval(() => void meter(), meterMs)];
    this.#ended = () => outer.removeEventListener("abort", onOuter);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#ended();
    // What still runs then is not needed.
    this.#controller.abort();
  }
}

/** Bytes below a directory; files that come and go meanwhile do not matter. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    if (!entry.isFile()) return 0;
    return (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
