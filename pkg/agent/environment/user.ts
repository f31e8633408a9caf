import { readFile } from "node:fs/promises";

/** Who owns the files of a claim. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export type UserCommand =
  | { /** What has to stand before the command. */ readonly prefix: readonly string[]; readonly owner?: Owner }
  | { readonly refusal: { readonly reason: string; readonly message: string } };

/**
 * How a command is run as a user: by util-linux' setpriv, which sets groups as well and becomes the command. Without a
 * name, or where the agent is that user already, nothing has to be done.
 */
export async function userCommand(name: string | undefined, root: boolean): Promise<UserCommand> {
  if (name === undefined) return { prefix: [] };
  const found = await findUser(name);
  if (found === undefined) return refuse("UserNotFound", `user ${name} does not exist on this machine`);
  const { uid, gid } = found;
  if (uid === process.getuid?.()) return { prefix: [] };
  if (!root) return refuse("UserNotPermitted", `the agent is not root here and cannot run a process as ${name}`);
  const prefix = ["setpriv", "--reuid", String(uid), "--regid", String(gid), "--init-groups", "--"];
  return { prefix, owner: { uid, gid } };
}

async function findUser(name: string): Promise<Owner | undefined> {
  const lines = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n");
  for (const line of lines) {
    const [user, , uid, gid] = line.split(":");
    if (user === name || uid === name) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function refuse(reason: string, message: string): UserCommand {
  return { refusal: { reason, message } };
}
