import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { StatusError } from "../../status/index.ts";

const run = promisify(execFile);

/**
 * Restores a backup on the side, in a process of its own: a large one would keep this one's event loop from its work for
 * too long. `program`: plush.
 */
export function backupChecker(program: string): (file: string, signal: AbortSignal) => Promise<void> {
  return async (file, signal) => {
    try {
      await run(process.execPath, [program, "restore", file, "--check"], { signal, env: {} });
    } catch (error) {
      const stderr = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
      throw new StatusError("InternalError", stderr === "" ? StatusError.from(error).message : stderr, {
        cause: error,
      });
    }
  };
}
