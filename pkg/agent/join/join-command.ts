import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { systemClock } from "../../clock/index.ts";
import { makeFileLog } from "../daemon/file-log.ts";
import { type BootMeans, forgetAtBoot, startAtBoot } from "./boot.ts";
import { runLink } from "./link.ts";
import { type JoinRequest, register } from "./register.ts";

export const joinUsage = `  join     https://SERVER --token TOKEN --ca-hash sha256:… [--name NAME] [--address ADDRESS] [--dir DIR] [--no-boot]
           makes this host a machine of the token's pool, also where the server cannot reach it; by systemd or cron it is
           one again after it boots, unless --no-boot leaves that to you
  link     keeps a host that has joined within the server's reach`;

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

const noBoot = "--no-boot";

/** `plush-agent join`: joins, and leaves the link running. Answers what to print; undefined: the arguments are wrong. */
export async function runJoin(argv: readonly string[], { bundle }: ThisProgram): Promise<string | undefined> {
  const request = readJoin(argv.filter((word) => word !== noBoot));
  if (request === undefined) return undefined;
  const { directory, file } = await register(request);
  const { resourceName } = file;
  // What it was run from may be gone tomorrow.
  await copyFile(bundle, programIn(directory));
  const command = linkCommand(directory);
  const boot = argv.includes(noBoot)
    ? undefined
    : await startAtBoot({ directory, command, resourceName }).catch((error: Error) => error);
  if (boot === undefined || boot instanceof Error || !boot.started) await startLink(directory, command);
  return `joined as ${resourceName}; the agent's directory is ${directory}\n${bootText(boot, command)}\n`;
}

function bootText(boot: BootMeans | Error | undefined, command: readonly string[]): string {
  if (boot instanceof Error) return `to be run when this host boots: ${command.join(" ")}\n(${boot.message})`;
  switch (boot?.kind) {
    case "systemd":
      return `systemd starts its link when this host boots: ${boot.unit}`;
    case "cron":
      return `cron starts its link when this host boots: ${boot.line}`;
    default:
      return `to be run when this host boots: ${command.join(" ")}`;
  }
}

function programIn(directory: string): string {
  return join(directory, "link.mjs");
}

function linkCommand(directory: string): readonly string[] {
  return [process.execPath, "--no-warnings", programIn(directory), "link", "--dir", directory];
}

async function startLink(directory: string, [program = "", ...args]: readonly string[]): Promise<void> {
  const log = await open(join(directory, "link.log"), "a", 0o600);
  const child = spawn(program, args, { cwd: "/", env: {}, detached: true, stdio: ["ignore", log.fd, log.fd] });
  await once(child, "spawn");
  child.unref();
  await log.close();
}

/** `plush-agent link`: until the agent is removed. */
export async function runLinkCommand(directory: string, program: ThisProgram): Promise<void> {
  const log = makeFileLog(join(directory, "link.log"), systemClock);
  await runLink({ directory, ...program, clock: systemClock, log });
  await forgetAtBoot({ directory, command: linkCommand(directory) });
}
