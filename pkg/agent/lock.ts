import { link, mkdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { type Clock, sleep } from "../clock/index.ts";
import { hasCode } from "./error-code.ts";
import { bootIdentity, isAlive, readStat } from "./shim/process-table.ts";

const retryMs = 20;
/** Whoever takes a stale lock away needs milliseconds; one that is there longer died of it. */
const takeoverMs = 10_000;

/**
 * Lets one agent at a time have a directory. The lock names its owner by pid, start time and boot, so a crashed owner
 * holds nothing. Returns false where another agent is alive.
 */
export async function acquireLock(path: string, clock: Clock): Promise<boolean> {
  const own = `${process.pid} ${readStat(process.pid)?.startTime ?? ""} ${bootIdentity()}\n`;
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, own, { mode: 0o600 });
  try {
    for (;;) {
      // A link appears with its content, or not at all where there is one already.
      if (await succeeds(link(temporary, path), "EEXIST")) return true;
      if (await isHeld(path)) return false;
      await takeAway(path, clock);
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Pid of the agent that holds the lock; undefined where none does. */
export async function lockOwner(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [pid = "", startTime = "", boot = ""] = text.trim().split(" ");
  const isOwned = boot === bootIdentity() && isAlive(Number(pid), startTime);
  return isOwned ? Number(pid) : undefined;
}

async function isHeld(path: string): Promise<boolean> {
  return (await lockOwner(path)) !== undefined;
}

/** Removes a stale lock; of several that try, one at a time, or one would remove the lock that another just got. */
async function takeAway(path: string, clock: Clock): Promise<void> {
  const mutex = `${path}.takeover`;
  if (!(await succeeds(mkdir(mutex), "EEXIST"))) {
    const made = await stat(mutex).catch(() => undefined);
    if (made !== undefined && clock.now() - made.mtimeMs > takeoverMs) await rmdir(mutex).catch(() => undefined);
    return sleep(clock, retryMs);
  }
  try {
    // A missing one is not removed: by now it may be somebody's. A stale one stays until this mutex' holder takes it.
    if ((await exists(path)) && !(await isHeld(path))) await rm(path, { force: true });
  } finally {
    await rmdir(mutex).catch(() => undefined);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function succeeds(attempt: Promise<unknown>, expected: string): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if (hasCode(error, expected)) return false;
    throw error;
  }
}
