import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { StatusError } from "../status/index.ts";
import { archiveCommit } from "./commit-archive.ts";
import type { GitCredentials } from "./credentials.ts";
import { checkVersion, fetchInto, initRepository } from "./fetch-into.ts";
import { type GitAddress, readGitAddress } from "./git-address.ts";
import { makeGitHome } from "./git-home.ts";
import { Limits } from "./limits.ts";
import { resolveRef } from "./resolve-ref.ts";
import type { GitPlace } from "./run-git.ts";

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

/**
 * Fetches one commit and hands it to `use`; nothing of it is left afterwards. Rejects with GitError, or StatusError:
 * Forbidden where the host may not be asked, Timeout, RequestEntityTooLarge, else Unreachable with git's own last words.
 */
export async function withCommit<T>(
  options: GitOptions,
  request: GitRequest,
  use: (commit: GitCommit) => Promise<T>,
): Promise<T> {
  const { address, dialled } = await judgeAddress(options, request.url);
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(options.directory, "fetch-"));
  const { maxBytes = defaultMaxBytes, timeoutMs = defaultTimeoutMs } = options;
  const limits = new Limits(directory, { maxBytes, timeoutMs }, request.signal);
  try {
    const { credentials } = request;
    const home = join(directory, "home");
    const cwd = join(directory, "repository");
    for (const path of [home, cwd]) await mkdir(path, { mode: 0o700 });
    const env = await makeGitHome(home, { address, credentials, ...(dialled !== undefined && { dialled }) });
    const place: GitPlace = { cwd, env, credentials, signal: limits.signal };
    await checkVersion(place, address);
    const commit = request.commit ?? (await resolveRef(place, address.url, request.ref));
    await initRepository(place, commit);
    await fetchInto(place, address, commit);
    return await use({ commit, archive: await archiveCommit(place, commit, maxBytes) });
  } catch (error) {
    request.signal.throwIfAborted();
    throw limits.reason ?? error;
  } finally {
    limits.end();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Reads an address and finds out which one is dialled. Throws Invalid, Forbidden or Unreachable. */
export async function judgeAddress(
  { allowFile, addressOf }: Pick<GitOptions, "allowFile" | "addressOf">,
  url: string,
): Promise<{ readonly address: GitAddress; readonly dialled?: string }> {
  const address = readGitAddress(url);
  if (address.scheme !== "file") return { address, dialled: await addressOf(address.host, address.port) };
  if (allowFile) return { address };
  throw new StatusError(
    "Forbidden",
    "file:// is read only while the server listens on loopback alone, or with --allow-file-repositories",
  );
}
