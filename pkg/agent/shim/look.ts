import { isAlive } from "./process-table.ts";
import { type ExitRecord, readExit, readStarted, type StartedRecord } from "./run-records.ts";

export type Started = Extract<StartedRecord, { kind: "started" }>;

/** One look at a run. vanished: its process is not there and its exit is not written (yet). */
export type Look =
  | { readonly kind: "absent" | "partial" | "void" }
  /** The shim ended without executing the program. */
  | { readonly kind: "failed"; readonly exit: ExitRecord }
  | { readonly kind: "exited"; readonly exit: ExitRecord }
  | { readonly kind: "running"; readonly started: Started }
  | { readonly kind: "vanished" }
  | { readonly kind: "rebooted" };

/** `boot` is the host's boot identity now, `begunUnder` the one under which the run was begun. */
export async function lookAtRun(directory: string, boot: string, begunUnder: string): Promise<Look> {
  const started = await readStarted(directory);
  if (started.kind === "void") return { kind: "void" };
  const exit = await readExit(directory);
  if (exit !== undefined) return { kind: started.kind === "started" ? "exited" : "failed", exit };
  // A crash of the host may take a record that was written with it, so its absence proves nothing then.
  if (begunUnder !== boot) return { kind: "rebooted" };
  if (started.kind !== "started") return { kind: started.kind };
  if (isAlive(started.pid, started.startTime)) return { kind: "running", started };
  // It may have ended, and its shim written the exit, between the two reads above.
  const late = await readExit(directory);
  return late === undefined ? { kind: "vanished" } : { kind: "exited", exit: late };
}
