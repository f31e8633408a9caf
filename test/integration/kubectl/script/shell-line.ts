import { spawn } from "node:child_process";
import { killGroup } from "../../../../pkg/signal/index.ts";
import type { World } from "./world.ts";

/** A line that runs in a shell of its own, in the directory of the world's user. */
export interface ShellLine {
  /** What it has printed so far: stdout, and then stderr. */
  output(): string;
  /** Called with what it prints, when it prints more. */
  onOutput(listener: (output: string) => void): void;
  /** Its exit code; -1 where a signal ended it. */
  readonly ended: Promise<number>;
  /** Ends it and all that it started. */
  end(): void;
}

export function startLine(line: string, world: World, ...args: readonly string[]): ShellLine {
  const child = spawn("sh", ["-c", line, "sh", ...args], {
    cwd: world.directory,
    env: { ...world.environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that what the line starts ends with it.
    detached: true,
  });
  const printed = { stdout: "", stderr: "" };
  const output = (): string => printed.stdout + printed.stderr;
  const listeners: ((output: string) => void)[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      printed[stream] += chunk;
      for (const listener of listeners) listener(output());
    });
  }
  const end = (): void => killGroup(child);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  return { output, onOutput: (listener) => listeners.push(listener), ended, end };
}
