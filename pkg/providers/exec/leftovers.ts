import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { sendSignal } from "../../signal/index.ts";

/** Of this run of the server: by it plugins are told apart that another run has left behind. */
const thisRun = randomUUID();
const variable = "PLUSH_PROVIDERS";
const rounds = 100;
const pauseMs = 20;

/** What every plugin has in its environment, and with it all that it starts. */
export function runMark(directory: string): Readonly<Record<string, string>> {
  return { [variable]: `${directory}:${thisRun}` };
}

/**
 * Ends the plugins of servers that were killed: nothing that they still order comes into being later, unseen. Where
 * there is no /proc they go on.
 */
export async function endLeftovers(directory: string): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const pids = await leftovers(directory);
    if (pids.length === 0) return;
    for (const pid of pids) sendSignal(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error("plugins that an earlier server has left behind do not end");
}

async function leftovers(directory: string): Promise<readonly number[]> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => ((await isLeft(pid, directory)) ? [pid] : [])));
  return found.flat();
}

async function isLeft(pid: number, directory: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
  return environment
    .split("\0")
    .some((entry) => entry.startsWith(`${variable}=${directory}:`) && !entry.endsWith(`:${thisRun}`));
}
