import { execFile } from "node:child_process";
import { StatusError } from "../../status/index.ts";

/** Where programs are looked for. */
export const programDirectories = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
] as const;

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; rejects with StatusError InternalError and the last of what it said. */
export function run(file: string, argv: readonly string[], { signal, env }: RunOptions = {}): Promise<string> {
  const environment = { PATH: programDirectories.join(":"), LC_ALL: "C", ...env };
  const options = { maxBuffer: 64 * 1024 * 1024, env: environment, ...(signal && { signal }) };
  return new Promise((resolve, reject) => {
    execFile(file, argv, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim().split("\n").slice(-5).join("; ") || error.message;
      reject(new StatusError("InternalError", `${file}: ${said}`, { cause: error }));
    });
  });
}
