import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Ends a program and waits for that; one that has ended by itself, as an interrupt reaches all of a terminal, is over. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
