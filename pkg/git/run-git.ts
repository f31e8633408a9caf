import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { killGroup } from "../signal/index.ts";
import { StatusError } from "../status/index.ts";
import { type GitCredentials, withoutSecrets } from "./credentials.ts";
import { GitError } from "./git-error.ts";

/** How git is run for one repository. */
export interface GitPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly credentials: GitCredentials;
  readonly signal: AbortSignal;
}

/** Answers of git that are kept whole; its lists of references and of files can be long. */
const maxOutputBytes = 256 << 20;
const maxErrorBytes = 16_384;

/** Runs git to its end; resolves to what it printed. Throws GitError, or Unreachable with what git said. */
export async function runGit(place: GitPlace, args: readonly string[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  await streamGit(place, args, async ({ stdin, stdout }) => {
    stdin.end();
    for await (const chunk of stdout) {
      size += (chunk as Buffer).length;
      if (size > maxOutputBytes) throw new StatusError("RequestEntityTooLarge", `git ${args[0]} has too much to say`);
      parts.push(chunk as Buffer);
    }
  });
  return Buffer.concat(parts);
}

/** Runs git while `talk` writes to it and reads from it; both have to end well. */
export async function streamGit(
  { cwd, env, credentials, signal }: GitPlace,
  args: readonly string[],
  talk: (pipes: { readonly stdin: Writable; readonly stdout: Readable }) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const child = spawn("git", [...args], { cwd, env: { ...env }, detached: true, stdio: "pipe" });
  let errors = Buffer.alloc(0);
  child.stderr.on("data", (chunk: Buffer) => {
    errors = Buffer.concat([errors, chunk]).subarray(-maxErrorBytes);
  });
  // What it does not want to hear any more is told by its end.
  child.stdin.on("error", () => undefined);
  // git starts helpers that speak to the other side; they go with it.
  const onAbort = (): void => killGroup(child);
  signal.addEventListener("abort", onAbort, { once: true });
  const ended = endOf(child);
  try {
    const [end, talked] = await Promise.all([ended, settled(talk(child), () => killGroup(child))]);
    signal.throwIfAborted();
    if (end !== 0 && talked === undefined) {
      const said = withoutSecrets(lastWords(errors.toString("utf8")), credentials);
      throw new StatusError("Unreachable", said === "" ? `git ${args[0]} failed` : said);
    }
    if (talked !== undefined) throw talked.error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Undefined where it went well. */
function settled(talk: Promise<void>, onFailure: () => void): Promise<{ readonly error: unknown } | undefined> {
  return talk.then(
    () => undefined,
    (error: unknown) => {
      onFailure();
      return { error };
    },
  );
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      const text = "the program git is not installed on the server's computer: install it (package git)";
      reject(error.code === "ENOENT" ? new GitError("GitMissing", text) : error);
    });
    child.once("close", (code) => resolve(code ?? -1));
  });
}

/** Advice that git gives after any failure, and says nothing of this one. */
const advice = /^(hint:|warning:|Please make sure you have|and the repository exists|Cloning into|\s*$)/;

/** The end of what git complained of, in a line. */
function lastWords(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => !advice.test(line));
  return lines
    .slice(-2)
    .map((line) => line.trim())
    .join(" ");
}
