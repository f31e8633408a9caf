import { type ChildProcess, spawn } from "node:child_process";
import { killGroup } from "../../signal/index.ts";
import { StatusError } from "../../status/index.ts";

export interface PluginRun {
  readonly path: string;
  /** Where it may keep what it wants to. */
  readonly cwd: string;
  readonly home: string;
  /** Further variables of its environment. */
  readonly mark: Readonly<Record<string, string>>;
  /** One JSON value, without line breaks. */
  readonly request: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const maxAnswerBytes = 4 << 20;
const maxErrorBytes = 16_384;
/** Of what it wrote to stderr, so much is for people. */
const maxLastWords = 500;
const leftOpenMs = 500;

/**
 * Runs a plugin to its end: the request on its stdin, its answer from its stdout. Rejects with StatusError: Timeout,
 * RequestEntityTooLarge, or Unreachable with its last words where it fails. It and all that it started are killed where
 * they take too long or are wanted no longer.
 */
export async function runPlugin(run: PluginRun): Promise<string> {
  run.signal.throwIfAborted();
  const child = spawn(run.path, [], {
    cwd: run.cwd,
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: run.home,
      LANG: "C.UTF-8",
      ...run.mark,
    },
    detached: true,
    stdio: "pipe",
  });
  const said = { out: [] as Buffer[], size: 0, errors: Buffer.alloc(0) };
  let fault: StatusError | undefined;
  const end = (reason: StatusError): void => {
    fault ??= reason;
    killGroup(child);
  };
  child.stdout.on("data", (chunk: Buffer) => {
    said.size += chunk.length;
    if (said.size > maxAnswerBytes) end(new StatusError("RequestEntityTooLarge", "its answer is larger than 4 MiB"));
    else said.out.push(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said.errors = Buffer.concat([said.errors, chunk]).subarray(-maxErrorBytes);
  });
  // One that does not read what it is asked is judged by its answer.
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${run.request}\n`);
  const onAbort = (): void => end(new StatusError("ServiceUnavailable", "it was stopped: nobody waits for it"));
  run.signal.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(
    () => end(new StatusError("Timeout", `it took longer than ${run.timeoutMs / 1000} seconds`)),
    run.timeoutMs,
  );
  try {
    const code = await exitOf(child);
    if (fault !== undefined) throw withLastWords(fault, said.errors);
    if (code !== 0) throw withLastWords(new StatusError("Unreachable", `it ended with ${code}`), said.errors);
    return Buffer.concat(said.out).toString("utf8");
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener("abort", onAbort);
  }
}

/** Its exit code, or the signal that killed it, once nothing more of it can be read. */
function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new StatusError("Unreachable", `it cannot be run: ${error.message}`)));
    child.once("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
    child.once("exit", () => {
      // What it left behind goes with it; what has made itself a group of its own keeps nobody waiting.
      killGroup(child);
      setTimeout(() => [child.stdout, child.stderr].map((stream) => stream?.destroy()), leftOpenMs).unref();
    });
  });
}

function withLastWords(fault: StatusError, errors: Buffer): StatusError {
  const words = errors
    .toString("utf8")
    .trim()
    .replace(/\s*\n\s*/g, " / ");
  if (words === "") return fault;
  const shown = words.length > maxLastWords ? `…${words.slice(-maxLastWords)}` : words;
  return new StatusError(fault.reason, `${fault.message}: ${shown}`);
}
