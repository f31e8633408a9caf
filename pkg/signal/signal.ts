import type { ChildProcess } from "node:child_process";

/**
 * Sends a signal; a negative pid names a group. False where nobody is there any more: who is to be ended may have ended
 * in this moment. Throws where it is another user's.
 */
export function sendSignal(pid: number, signal: NodeJS.Signals | number): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    throw error;
  }
}

/** Kills a child that leads a group of its own, and what it has started; what of that is another user's is left. */
export function killGroup({ pid }: Pick<ChildProcess, "pid">): void {
  if (pid === undefined) return;
  try {
    sendSignal(-pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "EPERM")) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
