import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "../../clock/index.ts";
import type { AgentContext } from "../context.ts";
import { runCommand } from "../exec/run-command.ts";
import { findProgram, systemPath } from "../host/find-program.ts";
import { InstallError } from "../installer/install-error.ts";
import { isAlive, readStat } from "../shim/process-table.ts";

export type CommandContext = Pick<AgentContext, "ports" | "root">;

export interface CommandOutcome {
  readonly ok: boolean;
  readonly message: string;
  /** What it printed; its end, where that is much. */
  readonly output: string;
}

/** A package manager may wait for others that long; and work. */
const timeoutMs = 1_800_000;
const lockWaitMs = 120_000;
const pollMs = 250;
const maxOutputBytes = 4 << 20;

/** Writes what the command prints into a file: a pipe ends with the agent, and would take the command with it half way. */
const script = 'out=$1; shift; exec "$@" >"$out" 2>&1 </dev/null';

/**
 * Runs the machine's package manager, as root. What is under way is not cut off where the agent ends: half an
 * installation is worse than a late one, and the next agent waits for its end.
 */
export class HostCommands {
  readonly #context: CommandContext;
  readonly #directory: string;
  #prefix: readonly string[] | undefined;

  /** `directory`: for its output, and the note of what is under way. */
  constructor(context: CommandContext, directory: string) {
    this.#context = context;
    this.#directory = directory;
  }

  /** Resolves when nothing that an earlier agent began is under way. */
  async settle(): Promise<void> {
    const [pid = "", startTime = ""] = (await readFile(this.#note, "utf8").catch(() => "")).split(" ");
    while (pid !== "" && isAlive(Number(pid), startTime)) await sleep(this.#context.ports.clock, pollMs);
    await rm(this.#note, { force: true });
  }

  /** Asks for something that changes nothing. */
  ask(argv: readonly string[]): Promise<CommandOutcome> {
    return this.#run(argv, async () => async () => undefined);
  }

  /** Changes the machine; while another holds the manager's lock it is tried again for a while. */
  async change(argv: readonly string[]): Promise<CommandOutcome> {
    const { clock } = this.#context.ports;
    const full = [...(await this.#asRoot()), ...environment, ...argv];
    const until = clock.now() + lockWaitMs;
    for (;;) {
      const outcome = await this.#run(full, (pid) => this.#noteRun(pid));
      const isLocked =
        !outcome.ok && /lock/i.test(outcome.output) && /another process|could not get lock/i.test(outcome.output);
      if (!isLocked || clock.now() > until) return outcome;
      await sleep(clock, 4 * pollMs);
    }
  }

  async #asRoot(): Promise<readonly string[]> {
    if (this.#context.root) return [];
    this.#prefix ??= await this.#sudo();
    return this.#prefix;
  }

  async #sudo(): Promise<readonly string[]> {
    const sudo = findProgram("sudo");
    if (sudo !== undefined && (await this.ask([sudo, "-n", "true"])).ok) return [sudo, "-n"];
    const text =
      "packages of the machine are installed by root, and the agent is not root here: set ssh.sudo: true in the pool, or an SSH user that is root or may use sudo without a password";
    throw new InstallError("NeedsRoot", text);
  }

  async #run(argv: readonly string[], onStart: (pid: number) => Promise<() => Promise<void>>): Promise<CommandOutcome> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, "output");
    const { launch, clock } = this.#context.ports;
    const { ok, message, output } = await runCommand({
      launch,
      clock,
      argv: ["/bin/sh", "-c", script, "sh", path, ...argv],
      cwd: "/",
      env: { PATH: systemPath, HOME: "/root", LC_ALL: "C.UTF-8" },
      timeoutMs,
      signal: never,
      onStart,
    });
    const said = await readEnd(path).catch(() => "");
    return { ok, message, output: [output, said].filter((text) => text !== "").join("\n") };
  }

  async #noteRun(pid: number): Promise<() => Promise<void>> {
    await writeFile(this.#note, `${pid} ${readStat(pid)?.startTime ?? ""}`, { mode: 0o600 });
    return () => rm(this.#note, { force: true });
  }

  get #note(): string {
    return join(this.#directory, "under-way");
  }
}

const never = new AbortController().signal;

/** As arguments, since sudo lets few variables pass. */
const environment = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"];

async function readEnd(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxOutputBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString("utf8").trimEnd();
  } finally {
    await file.close();
  }
}

/** The last lines, for a condition. */
export function lastLines(output: string): string {
  return output.split("\n").slice(-12).join("\n").slice(-4000);
}
