import { constants } from "node:os";
import { sendSignal } from "../../signal/index.ts";
import type { Started } from "./look.ts";
import { isAlive } from "./process-table.ts";

/** Sends a signal to the process of a run alone, not to its group; to nobody where it has ended. */
export function signalRun(started: Started | undefined, signal: string): void {
  if (started === undefined || !isAlive(started.pid, started.startTime)) return;
  sendSignal(started.pid, signalName(signal));
}

/** "TERM", "SIGTERM" or "15" as Node names it; SIGTERM where it is none of these. */
export function signalName(text: string): NodeJS.Signals {
  const upper = text.toUpperCase();
  const names = Object.entries(constants.signals);
  const found = names.find(([name, number]) => name === upper || name === `SIG${upper}` || String(number) === text);
  return (found?.[0] as NodeJS.Signals | undefined) ?? "SIGTERM";
}
