import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import type { Duplex } from "node:stream";
import type { ExecRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { claimEnvironmentOf, claimUser, processDirectory, processEnvironmentOf } from "../claim/claim-command.ts";
import type { AgentContext } from "../context.ts";
import { findOwner } from "../environment/user.ts";
import { findProgram, systemPath } from "../host/find-program.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { runExec } from "./exec-session.ts";
import { resizeTerminal, terminalCommand } from "./terminal.ts";

interface Place {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly user: string | undefined;
  /** The agent's own directory and home, which another user may not enter. */
  readonly isMachine?: true;
}

/** Runs a command where it is asked for: beside a process, in a claim, or on the machine itself. */
export async function execOnMachine(
  context: AgentContext,
  entries: readonly ClaimEntry[],
  request: ExecRequest,
  stream: Duplex,
): Promise<void> {
  const place = findPlace(context, entries, request);
  const user = await findOwner(request.user ?? place.user, context);
  if ("refusal" in user) throw new StatusError("Forbidden", user.refusal.message);
  const home = place.isMachine === true ? user.owner?.home : undefined;
  const cwd = home === undefined ? place.cwd : await homeOf(home);
  const env = { ...place.env, ...(home !== undefined && { HOME: home, PWD: cwd }), ...request.env };
  const plain = { argv: request.argv, env };
  const { launch, clock } = context.ports;
  const { tty } = request;
  if (tty !== undefined && findProgram("script") === undefined) {
    throw new StatusError(
      "ServiceUnavailable",
      "this machine has no program `script` (util-linux), which terminals need",
    );
  }
  const command = tty === undefined ? plain : terminalCommand(plain.argv, env, tty, context.layout.terminal);
  await runExec({
    launch,
    clock,
    ...command,
    cwd,
    ...(user.owner !== undefined && { owner: user.owner }),
    stdin: request.stdin,
    timeoutMs: request.timeoutMs,
    ...(tty !== undefined && { resize: (size, pid) => resizeTerminal(launch, pid, size) }),
    stream,
  });
}

/** Where another user's commands begin: at home, where there is such a directory. */
async function homeOf(home: string): Promise<string> {
  return (await stat(home).catch(() => undefined))?.isDirectory() === true ? home : "/";
}

function findPlace(context: AgentContext, entries: readonly ClaimEntry[], request: ExecRequest): Place {
  const { processUid, claimUid } = request;
  if (processUid !== undefined) return placeOfProcess(context, entries, processUid);
  if (claimUid === undefined) {
    const env = { PATH: systemPath, HOME: homedir(), LANG: "C.UTF-8", PWD: context.layout.root };
    return { cwd: context.layout.root, env, user: undefined, isMachine: true };
  }
  const entry = entries.find(({ uid }) => uid === claimUid);
  if (entry === undefined) throw new StatusError("NotFound", "the claim is not on this machine");
  return {
    cwd: context.layout.claim(entry.uid).work,
    env: claimEnvironmentOf(context, entry),
    user: claimUser(entry),
  };
}

function placeOfProcess(context: AgentContext, entries: readonly ClaimEntry[], uid: string): Place {
  const entry = entries.find(({ processes }) => processes[uid] !== undefined);
  const order = entry?.processes[uid]?.order;
  if (entry === undefined || order === undefined)
    throw new StatusError("NotFound", "the process is not on this machine");
  const made = processEnvironmentOf(context, entry, order, "");
  const env = "env" in made ? { ...made.env } : claimEnvironmentOf(context, entry);
  // The command is not part of the process's run: it need not end where the process is restarted.
  delete env["PLUSH_RUN"];
  return { cwd: processDirectory(context, entry.uid, order), env, user: order.user };
}
