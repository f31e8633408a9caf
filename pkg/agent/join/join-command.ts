import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { systemClock } from "../../clock/index.ts";
import { makeFileLog } from "../daemon/file-log.ts";
import { runLink } from "./link.ts";
import { type JoinRequest, register } from "./register.ts";

export const joinUsage = `  join     https://SERVER --token TOKEN --ca-hash sha256:… [--name NAME] [--address ADDRESS] [--dir DIR]
           makes this host a machine of the token's pool, also where the server cannot reach it
  link     keeps a host that has joined within the server's reach; to be started when it boots`;

const flags = {
  "--token": "token",
  "--ca-hash": "caHash",
  "--name": "name",
  "--address": "address",
  "--dir": "directory",
} as const;

/** Undefined where the arguments make no sense. */
function readJoin([server, ...rest]: readonly string[]): JoinRequest | undefined {
  const read: Partial<Record<(typeof flags)[keyof typeof flags], string>> = {};
  for (let at = 0; at < rest.length; at += 2) {
    const [flag, value] = rest.slice(at, at + 2);
    if (flag === undefined || value === undefined || !(flag in flags)) return undefined;
    read[flags[flag as keyof typeof flags]] = value;
  }
  const { token, caHash, directory, ...more } = read;
  if (server === undefined || !server.startsWith("https://") || token === undefined || caHash === undefined)
    return undefined;
  return { server, token, caHash, ...more, ...(directory !== undefined && { directory: resolve(directory) }) };
}

export interface ThisProgram {
  readonly bundle: string;
  readonly version: string;
}

/** `plush-agent join`: joins, and leaves the link running. Answers what to print; undefined: the arguments are wrong. */
export async function runJoin(argv: readonly string[], { bundle }: ThisProgram): Promise<string | undefined> {
  const request = readJoin(argv);
  if (request === undefined) return undefined;
  const { directory, file } = await register(request);
  const log = await open(join(directory, "link.log"), "a", 0o600);
  const program = await realpath(bundle);
  const child = spawn(process.execPath, ["--no-warnings", program, "link", "--dir", directory], {
    cwd: "/",
    env: {},
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  await once(child, "spawn");
  child.unref();
  await log.close();
  return (
    `joined as ${file.resourceName}; the agent's directory is ${directory}\n` +
    `to be run when this host boots: ${process.execPath} ${program} link --dir ${directory}\n`
  );
}

/** `plush-agent link`: until the agent is removed. */
export async function runLinkCommand(directory: string, program: ThisProgram): Promise<void> {
  const log = makeFileLog(join(directory, "link.log"), systemClock);
  await runLink({ directory, ...program, clock: systemClock, log });
}
