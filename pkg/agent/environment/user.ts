import { readFile } from "node:fs/promises";
import { findProgram } from "../host/find-program.ts";

/** Who owns the files of a claim, and as whom its commands run. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export type FoundOwner =
  /** Absent: the agent's own user. */
  { readonly owner?: Owner } | { readonly refusal: { readonly reason: string; readonly message: string } };

/** Finds who a user is. Without a name, or where the agent is that user already, nothing has to be changed. */
export async function findOwner(name: string | undefined, root: boolean): Promise<FoundOwner> {
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
  const lines = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n");
  for (const line of lines) {
    const [user, , uid, gid] = line.split(":");
    if (user === name || uid === name) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function refuse(reason: string, message: string): FoundOwner {
  return { refusal: { reason, message } };
}
