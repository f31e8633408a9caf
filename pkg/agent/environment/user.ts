import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { AgentContext } from "../context.ts";
import { findProgram } from "../host/find-program.ts";

/** Who owns the files of a claim, and as whom its commands run. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** Home directory; "" where there is none. */
  readonly home: string;
}

export type FoundOwner =
  /** Absent: the agent's own user. */
  { readonly owner?: Owner } | { readonly refusal: { readonly reason: string; readonly message: string } };

/**
 * Finds who a user is; without a name, who logged in to bring the agent here. Where the agent is that user already,
 * nothing has to be changed.
 */
export async function findOwner(
  named: string | undefined,
  { root, config }: Pick<AgentContext, "root" | "config">,
): Promise<FoundOwner> {
  const { socketUid } = config;
  // Being root by sudo is the agent's need, and no reason for what it runs to be root too.
  const name = named ?? (root && socketUid !== undefined ? String(socketUid) : undefined);
  if (name === undefined) return {};
  const owner = await lookUp(name);
  if (owner === undefined) return refuse("UserNotFound", `user ${name} does not exist on this machine`);
  if (owner.uid === process.getuid?.()) return {};
  if (!root) return refuse("UserNotPermitted", `the agent is not root here and cannot run a process as ${name}`);
  return { owner };
}

/**
 * The command that makes a command a user's, groups included, and becomes it: util-linux' setpriv. Undefined where the
 * machine has none.
 */
export function becomeUser({ uid, gid }: Owner): readonly string[] | undefined {
  const setpriv = findProgram("setpriv");
  if (setpriv === undefined) return undefined;
  return [setpriv, "--reuid", String(uid), "--regid", String(gid), "--init-groups", "--"];
}

/**
 * Packs variables so that programs that run before the change of the user do not obey them (the dynamic linker obeys
 * LD_PRELOAD); the shim's mode "dress" unpacks them. `plain` are needed before: to find descendants.
 */
export function packVariables(env: Readonly<Record<string, string>>, plain: readonly string[]): Record<string, string> {
  const packed: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of Object.entries(env)) {
    if (plain.includes(name)) {
      packed[name] = value;
      continue;
    }
    packed[`PLUSH_PACKED_NAME_${count}`] = name;
    packed[`PLUSH_PACKED_VALUE_${count}`] = value;
    count++;
  }
  return { ...packed, PLUSH_PACKED_COUNT: String(count) };
}

async function lookUp(name: string): Promise<Owner | undefined> {
  const local = ownerIn(await readFile("/etc/passwd", "utf8").catch(() => ""), name);
  const getent = findProgram("getent");
  if (local !== undefined || getent === undefined) return local;
  // Users of a directory service are in no file.
  const answer = await promisify(execFile)(getent, ["passwd", "--", name]).catch(() => undefined);
  return answer === undefined ? undefined : ownerIn(answer.stdout, name);
}

/** A user in lines of /etc/passwd, by name or by number. */
function ownerIn(lines: string, name: string): Owner | undefined {
  for (const line of lines.split("\n")) {
    const [user, , uid, gid, , home = ""] = line.split(":");
    if (user === name || uid === name) return { uid: Number(uid), gid: Number(gid), home };
  }
  return undefined;
}

function refuse(reason: string, message: string): FoundOwner {
  return { refusal: { reason, message } };
}
