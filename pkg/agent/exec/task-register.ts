import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sendSignal } from "../../signal/index.ts";
import { isAlive, readStat } from "../shim/process-table.ts";

/**
 * Commands that are under way (install, check, cleanup), by pid: an agent that was killed cannot end them, and the next
 * one must not run them a second time beside the first.
 */
export class TaskRegister {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Notes a command that was just started; call the result when it has ended. */
  async note(pid: number): Promise<() => Promise<void>> {
    const path = join(this.#directory, String(pid));
    await writeFile(path, readStat(pid)?.startTime ?? "", { mode: 0o600 });
    return () => rm(path, { force: true });
  }

  /** Ends what an earlier agent left under way. */
  async clear(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const startTime = await readFile(path, "utf8").catch(() => "");
      const pid = Number(name);
      if (pid > 1 && startTime !== "" && isAlive(pid, startTime)) sendSignal(-pid, "SIGKILL");
      await rm(path, { force: true });
    }
  }
}
