import { readdir, readFile, readlink } from "node:fs/promises";
import { sendSignal } from "../../signal/index.ts";

/** A process as /proc shows it. */
interface SeenProcess {
  readonly pid: number;
  readonly argv: string;
  readonly environment: string;
  readonly place: string;
}

let running: Promise<unknown> = Promise.resolve();
let next: Promise<readonly SeenProcess[]> | undefined;

/**
 * Every process that belongs to a machine: its directory stands in their arguments (the agent, shims), their
 * environment (what they run, with all it has started and daemonized) or is where they are.
 */
export async function processesOf(directory: string): Promise<number[]> {
  const seen = await lookAround();
  return seen.filter((one) => isOf(directory, one)).map(({ pid }) => pid);
}

/** One look at a time, for all machines that wait for it; never one that began before it was asked for. */
function lookAround(): Promise<readonly SeenProcess[]> {
  next ??= running.then(() => {
    next = undefined;
    const look = readAll();
    running = look.catch(() => undefined);
    return look;
  });
  return next;
}

async function readAll(): Promise<readonly SeenProcess[]> {
  const entries = await readdir("/proc");
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(pids.filter((pid) => pid !== process.pid).map(read));
}

async function read(pid: number): Promise<SeenProcess> {
  const [argv, environment, place] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""),
    readlink(`/proc/${pid}/cwd`).catch(() => ""),
  ]);
  return { pid, argv, environment, place };
}

function isOf(directory: string, { argv, environment, place }: SeenProcess): boolean {
  if (place === directory || place.startsWith(`${directory}/`)) return true;
  if (argv.split("\0").some((word) => word === directory || word.startsWith(`${directory}/`))) return true;
  return environment.split("\0").some((entry) => entry.endsWith(`=${directory}`) || entry.includes(`=${directory}/`));
}

/** SIGKILL to all, again until none is left: what forks meanwhile is found in the next round. */
export async function killAllOf(directory: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const pids = await processesOf(directory);
    if (pids.length === 0) return;
    for (const pid of pids) sendSignal(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`processes of ${directory} do not end`);
}
