import { join } from "node:path";
import type { ProcessOrder } from "../../protocol/index.ts";
import type { AgentContext } from "../context.ts";
import { portsOf } from "../environment/ports.ts";
import { claimEnvironment, type ProcessEnvironment, processEnvironment } from "../environment/process-environment.ts";
import { findOwner } from "../environment/user.ts";
import { type CommandResult, runCommand } from "../exec/run-command.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { socketPath } from "../socket/socket-path.ts";

export interface ClaimCommand {
  readonly argv: readonly string[];
  /** Default: the claim's working directory. */
  readonly cwd?: string;
  /** Default: the claim's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** It changes something, and must not go on beside a second one if the agent is killed. */
  readonly isLong?: true;
}

/** Runs a command for a claim as the user of its processes. Never throws; ends with the agent. */
export async function claimCommand(
  context: AgentContext,
  entry: ClaimEntry,
  command: ClaimCommand,
): Promise<CommandResult> {
  const user = await findOwner(claimUser(entry), context);
  if ("refusal" in user) return { ok: false, message: user.refusal.message, output: "" };
  const cwd = command.cwd ?? context.layout.claim(entry.uid).work;
  return runCommand({
    launch: context.ports.launch,
    clock: context.ports.clock,
    argv: command.argv,
    ...(user.owner !== undefined && { owner: user.owner }),
    cwd,
    env: command.env ?? { ...claimEnvironmentOf(context, entry), PWD: cwd },
    timeoutMs: command.timeoutMs,
    signal: context.closing,
    ...(command.isLong && { onStart: (pid: number) => context.tasks.note(pid) }),
  });
}

/** The first user that a process of the claim names. */
export function claimUser(entry: ClaimEntry): string | undefined {
  const orders = [...entry.order.processes, ...Object.values(entry.processes).map(({ order }) => order)];
  return orders.find(({ user }) => user !== undefined)?.user;
}

/** Environment of a claim's commands on this machine. */
export function claimEnvironmentOf(context: AgentContext, entry: ClaimEntry): Record<string, string> {
  return claimEnvironment(environmentInput(context, entry));
}

/** Environment and arguments of a claim's process on this machine. */
export function processEnvironmentOf(
  context: AgentContext,
  entry: ClaimEntry,
  process: ProcessOrder,
  marker: string,
): ProcessEnvironment {
  const ports = portsOf(process, entry.ports[process.uid] ?? {});
  const socket = socketPath(context.layout.sockets, process.uid);
  return processEnvironment({ ...environmentInput(context, entry), process, marker, ports, socket });
}

/** Directory in which a process starts. */
export function processDirectory(context: AgentContext, claimUid: string, process: ProcessOrder): string {
  return join(context.layout.claim(claimUid).work, process.workingDir);
}

function environmentInput({ config, layout }: AgentContext, entry: ClaimEntry) {
  const { resourceName, address } = config;
  return { claim: entry.order, layout: layout.claim(entry.uid), bin: layout.bin, resourceName, address };
}
