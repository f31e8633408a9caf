import type { Action } from "../plan-input.ts";
import { stopRun } from "../shim/stop-run.ts";
import { sweepProcesses } from "../shim/sweep.ts";
import { claimCommand, processEnvironmentOf } from "./claim-command.ts";
import { processRun, runPlace, type TaskInput } from "./task-input.ts";

const atOnce = { delayMs: 0, timeoutMs: 0 };

/** Stops a run and whatever its process left behind; the fact "stopped" stands for both. */
export async function stopProcess(input: TaskInput, action: Extract<Action, { kind: "stop" }>): Promise<void> {
  const { context, facts, entry } = input;
  const found = processRun(entry, action.process, action.number);
  if (found === undefined) return;
  const place = runPlace(context, entry.uid, action.process, found.run);
  const { clock } = context.ports;
  facts.stops.set(action.process, { number: action.number, state: "stopping" });
  try {
    if (found.run.end === undefined) {
      await stopRun({
        clock,
        order: action.now ? { ...atOnce, signal: found.process.order.stop.signal } : found.process.order.stop,
        observe: () => context.monitor.observe(place.marker),
        started: () => context.monitor.started(place.marker),
        runBefore: (argv) => runBefore(input, action.process, place.marker, argv),
        signal: context.closing,
      });
    }
    const value = `${action.process}/`;
    const members = () => context.groups.members(entry.uid, action.process);
    await sweepProcesses({ clock, variable: "PLUSH_RUN", value, members, signal: context.closing });
    facts.stops.set(action.process, { number: action.number, state: "stopped" });
  } catch (error) {
    facts.stops.delete(action.process);
    throw error;
  }
}

async function runBefore(input: TaskInput, uid: string, marker: string, argv: readonly string[]): Promise<void> {
  const { context, entry } = input;
  const order = entry.processes[uid]?.order;
  if (order === undefined) return;
  const made = processEnvironmentOf(context, entry, order, marker);
  const env = "env" in made ? { env: made.env } : {};
  const result = await claimCommand(context, entry, { argv, timeoutMs: order.stop.timeoutMs, ...env });
  if (!result.ok) context.ports.log.info({ process: order.name, message: result.message }, "stop.before failed");
}
