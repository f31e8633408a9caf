import { removeMatching } from "../files/remove-matching.ts";
import type { Action } from "../plan-input.ts";
import { sweepProcesses } from "../shim/sweep.ts";
import { processRun, type TaskInput } from "./task-input.ts";

/** Clears away what a run has left: what still runs of it, where it has ended; then files of the working directory. */
export async function tidyProcess(input: TaskInput, action: Extract<Action, { kind: "tidy" }>): Promise<void> {
  const { context, facts, entry } = input;
  const { clock } = context.ports;
  const { process: uid, key } = action;
  const found = processRun(entry, uid, action.number);
  if (found === undefined) return;
  facts.tidies.set(uid, { key, state: "busy" });
  try {
    const members = () => context.groups.members(entry.uid, uid);
    const mark = { variable: "PLUSH_RUN", value: `${uid}/`, members };
    const hasEnded = found.run.end !== undefined;
    const stopped = hasEnded ? await sweepProcesses({ clock, ...mark, signal: context.closing }) : 0;
    const { removed, faults } = await removeMatching({
      root: context.layout.claim(entry.uid).work,
      patterns: action.remove,
      keep: new Set(entry.software.map(({ name }) => name)),
    });
    const report = { key, at: new Date(clock.now()).toISOString(), stopped, removed };
    const told = faults.length === 0 ? report : { ...report, message: faults.join("; ") };
    facts.tidies.set(uid, { key, state: "done", report: told });
  } catch (error) {
    facts.tidies.delete(uid);
    throw error;
  }
}
