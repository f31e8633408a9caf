import { readdir, readFile, readlink } from "node:fs/promises";

/**
 * Every process that belongs to a machine: its directory stands in their arguments (the agent, shims), their
 * environment (what they run, with all it has started and daemonized) or is where they are.
 */
export async function processesOf(directory: string): Promise<number[]> {
  const entries = await readdir("/proc");
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const belongs = await Promise.all(pids.map((pid) => pid !== process.pid && isOf(directory, pid)));
  return pids.filter((_, index) => belongs[index]);
}

async function isOf(directory: string, pid: number): Promise<boolean> {
  const [argv, environment, place] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""),
    readlink(`/proc/${pid}/cwd`).catch(() => ""),
  ]);
  if (place === directory || place.startsWith(`${directory}/`)) return true;
  if (argv.split("\0").some((word) => word === directory || word.startsWith(`${directory}/`))) return true;
  return environment.split("\0").some((entry) => entry.endsWith(`=${directory}`) || entry.includes(`=${directory}/`));
}

/** SIGKILL to all, again until none is left: what forks meanwhile is found in the next round. */
export async function killAllOf(directory: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const pids = await processesOf(directory);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`processes of ${directory} do not end`);
}

/** False where there is no such process. */
export function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
