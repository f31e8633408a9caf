import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { sleep, systemClock } from "../../clock/index.ts";
import { sendSignal } from "../../signal/index.ts";
import { startAgent } from "../agent.ts";
import { checkSocketPath, readConfig } from "../config.ts";
import { makeLayout } from "../layout.ts";
import { acquireLock, lockOwner } from "../lock.ts";
import type { Launch } from "../ports.ts";
import { makeFileLog } from "./file-log.ts";

export interface RunOptions {
  readonly directory: string;
  readonly bundle: string;
  /** sha256 of the bundle. */
  readonly version: string;
}

/**
 * Takes everything off the machine that agents of a directory have put there, without a server: ends one that runs,
 * then does what it would have done.
 */
export async function removeAgent(options: RunOptions): Promise<void> {
  const layout = makeLayout(options.directory);
  const config = await readConfig(layout.config);
  await mkdir(dirname(layout.socket), { recursive: true, mode: 0o700 });
  while (!(await acquireLock(layout.lock, systemClock))) {
    const owner = await lockOwner(layout.lock);
    if (owner !== undefined) sendSignal(owner, "SIGKILL");
    await sleep(systemClock, lockRetryMs);
  }
  const log = makeFileLog(layout.log, systemClock);
  const ports = { clock: systemClock, random: Math.random, launch: launchProgram, log };
  const agent = await startAgent({ ...options, config, ports, onExit: () => undefined });
  await agent.remove();
  await agent.close();
}

const lockRetryMs = 50;

/** Starts a program as this machine does. */
export const launchProgram: Launch = ([command = "", ...args], options) => spawn(command, args, options);

/**
 * Runs the agent of a directory until it is told to end: by SIGTERM or SIGINT, which leave its processes alone, or by
 * its server. Returns at once where another agent has the directory.
 */
export async function runAgent(options: RunOptions): Promise<void> {
  const layout = makeLayout(options.directory);
  checkSocketPath(layout.socket);
  const config = await readConfig(layout.config);
  await mkdir(dirname(layout.socket), { recursive: true, mode: 0o700 });
  if (!(await acquireLock(layout.lock, systemClock))) return;
  // Processes inherit it, whatever the agent was started with; its own files have their modes.
  process.umask(0o022);
  const log = makeFileLog(layout.log, systemClock);
  process.on("uncaughtExceptionMonitor", (error) => log.error({ error: error.stack ?? String(error) }, "agent fails"));
  process.on("unhandledRejection", (error) => log.error({ error: String(error) }, "unhandled rejection"));
  const ports = { clock: systemClock, random: Math.random, launch: launchProgram, log };
  await new Promise<void>((resolve, reject) => {
    const started = startAgent({ ...options, config, ports, onExit: resolve });
    started.catch(reject);
    const end = (): void => {
      started.then((agent) => agent.close()).then(resolve, reject);
    };
    process.once("SIGTERM", end).once("SIGINT", end);
    // The end of the session that started it is nothing to an agent.
    process.on("SIGHUP", () => undefined);
  });
}
