import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock/index.ts";
import { sendSignal } from "../../signal/index.ts";
import type { Owner } from "../environment/user.ts";
import type { Launch } from "../ports.ts";
import { findByVariable } from "../shim/process-table.ts";

/** How much of what a command printed is kept: its end. */
const maxOutputBytes = 4096;
/** How long output may come after the command itself has ended: what it left running may hold the pipe for ever. */
const drainMs = 500;

export interface CommandInput {
  readonly launch: Launch;
  readonly clock: Clock;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** As whom; absent: as the agent. */
  readonly owner?: Owner;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told of the pid when it runs; what it answers is called when the command has ended. */
  readonly onStart?: (pid: number) => Promise<() => Promise<void>>;
}

export interface CommandResult {
  readonly ok: boolean;
  readonly exitCode?: number;
  /** How it ended, in words. */
  readonly message: string;
  /** The last lines that it printed, both streams. */
  readonly output: string;
}

/**
 * Runs a command to its end in a process group of its own; after the timeout the whole group is killed, and what has
 * left it but kept its environment. Never throws.
 */
export function runCommand(input: CommandInput): Promise<CommandResult> {
  return new Promise((resolve) => {
    const { argv, cwd, owner } = input;
    const mark = randomUUID();
    const env = { ...input.env, [markVariable]: mark };
    const tail = new OutputTail();
    let child: ChildProcess;
    try {
      child = input.launch(argv, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"], ...owner });
    } catch (error) {
      resolve({ ok: false, message: `could not be started: ${String(error)}`, output: "" });
      return;
    }
    let failure: string | undefined;
    const kill = (why: string) => (): void => {
      failure = why;
      if (child.pid !== undefined) sendSignal(-child.pid, "SIGKILL");
      killMarked(mark);
    };
    const onAbort = kill("the agent is ending");
    input.signal.addEventListener("abort", onAbort, { once: true });
    const noted = child.pid === undefined ? undefined : input.onStart?.(child.pid).catch(() => undefined);
    const forget = async (): Promise<void> => {
      await (await noted)?.().catch(() => undefined);
    };
    const cancels = [() => input.signal.removeEventListener("abort", onAbort)];
    if (input.timeoutMs > 0) {
      cancels.push(input.clock.setTimer(input.timeoutMs, kill(`took longer than ${input.timeoutMs / 1000} s`)));
    }
    const finish = (exitCode: number | null, signal: string | null): void => {
      for (const cancel of cancels) cancel();
      // What was just being started when the rest was killed.
      if (failure !== undefined && child.pid !== undefined) killMarked(mark);
      child.stdout?.destroy();
      child.stderr?.destroy();
      const ended = signal === null ? `exit code ${exitCode}` : `killed by ${signal}`;
      const ok = failure === undefined && exitCode === 0;
      const result: CommandResult = {
        ok,
        ...(exitCode !== null && { exitCode }),
        message: failure ?? ended,
        output: tail.text(),
      };
      // Forgetting never rejects.
      void forget().then(() => resolve(result));
    };
    child.stdout?.on("data", (chunk: Buffer) => tail.add(chunk));
    child.stderr?.on("data", (chunk: Buffer) => tail.add(chunk));
    child.once("error", (error) => {
      failure = `could not be started: ${error.message}`;
      finish(null, null);
    });
    child.once("close", finish);
    child.once("exit", (code, signal) => cancels.push(input.clock.setTimer(drainMs, () => finish(code, signal))));
  });
}

/** Tells what one command has started from all else that runs for its claim. */
const markVariable = "PLUSH_COMMAND";

function killMarked(mark: string): void {
  for (const pid of findByVariable(markVariable, `${mark}\0`)) sendSignal(pid, "SIGKILL");
}

/** Keeps the end of what is added. */
class OutputTail {
  #bytes = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-maxOutputBytes);
  }

  text(): string {
    return this.#bytes.toString("utf8").trimEnd();
  }
}
