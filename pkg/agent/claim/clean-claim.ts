import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "../../clock/index.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { runName } from "../ledger/entry.ts";
import type { Action, CleanOutcome } from "../plan-input.ts";
import { removeLink } from "../remove-link.ts";
import { sweepProcesses } from "../shim/sweep.ts";
import { type ClaimCommand, claimCommand } from "./claim-command.ts";
import { preparePlace } from "./claim-directory.ts";
import type { TaskInput } from "./task-input.ts";

const installPollMs = 20;

/**
 * Takes a claim off the machine, once its processes have ended: cleanup command, uninstall in reverse order, whatever
 * still runs in its name, its directory. A command that fails is told in the receipt and holds nothing.
 */
export async function cleanClaim(input: TaskInput, action: Extract<Action, { kind: "clean" }>): Promise<void> {
  const { context, facts, entry } = input;
  const { clock } = context.ports;
  facts.cleaning = { state: "busy", attempt: action.attempt, step: "cleaning" };
  const failures: string[] = [];
  const removed: string[] = [];
  const kept: string[] = [];
  let complete = false;
  try {
    if (hasCommands(entry)) await runCommands(input, failures, removed);
    await releaseHost(input, { removed, kept, failures });
    const members = () => context.groups.members(entry.uid);
    const mark = { variable: "PLUSH_CLAIM_UID", value: `${entry.uid}\0`, members };
    await sweepProcesses({ clock, ...mark, signal: context.closing });
    // What is being installed would make the directory anew: its commands are swept, and it takes no further step.
    while (facts.installing.size > 0) {
      await sleep(clock, installPollMs, context.closing);
      await sweepProcesses({ clock, ...mark, signal: context.closing });
    }
    await context.groups.remove(entry.uid);
    const { root } = context.layout.claim(entry.uid);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
    if (entry.takenOver !== undefined) await removeLink(context.layout.claim(entry.takenOver).root);
    if (Object.keys(entry.processes).length > 0 || entry.software.length > 0) removed.push(root);
    forgetRuns(input);
    complete = true;
  } catch (error) {
    context.closing.throwIfAborted();
    failures.push(error instanceof Error ? error.message : String(error));
  }
  const at = new Date(clock.now()).toISOString();
  const outcome: CleanOutcome = { at, removed, kept, failures, complete };
  facts.cleaning = { state: "done", attempt: action.attempt, outcome };
  if (complete) facts.clear();
}

function hasCommands(entry: ClaimEntry): boolean {
  const isUsed = entry.software.length > 0 || Object.values(entry.processes).some(({ run }) => run !== undefined);
  const hasUninstall = entry.software.some(({ order }) => order.uninstall !== undefined && order.scope === undefined);
  return isUsed && (entry.order.cleanup.command !== undefined || hasUninstall);
}

async function runCommands({ context, entry }: TaskInput, failures: string[], removed: string[]): Promise<void> {
  const layout = context.layout.claim(entry.uid);
  await preparePlace(context, entry);
  const run = async (what: string, command: ClaimCommand): Promise<boolean> => {
    const result = await claimCommand(context, entry, { ...command, isLong: true });
    context.closing.throwIfAborted();
    if (!result.ok) failures.push(`${what}: ${result.message}${result.output === "" ? "" : `: ${result.output}`}`);
    return result.ok;
  };
  const { command, timeoutMs } = entry.order.cleanup;
  if (command !== undefined) await run("cleanup command", { argv: command, timeoutMs });
  for (const { name, directory, state, order } of [...entry.software].reverse()) {
    if (order.uninstall === undefined || order.scope === "Host" || state !== "Installed") continue;
    const uninstall = { argv: order.uninstall, cwd: join(layout.software, directory), timeoutMs: order.timeoutMs };
    if (await run(`uninstall of ${name}`, uninstall)) removed.push(name);
  }
}

/** What is on the machine for all goes with the last that needs it. */
async function releaseHost(
  { context, entry }: TaskInput,
  told: { readonly removed: string[]; readonly kept: string[]; readonly failures: string[] },
): Promise<void> {
  for (const { order } of [...entry.software].reverse()) {
    if (order.scope !== "Host") continue;
    const { removed, kept, failures } = await context.host.release(entry.uid, order);
    told.removed.push(...removed);
    told.kept.push(...kept);
    told.failures.push(...failures);
  }
}

function forgetRuns({ context, entry }: TaskInput): void {
  for (const [uid, { run }] of Object.entries(entry.processes)) {
    if (run !== undefined) context.monitor.forget(`${uid}/${runName(run)}`);
  }
}
