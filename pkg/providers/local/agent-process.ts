import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type Clock, sleep } from "../../clock/index.ts";
import { ConnectError } from "../../fabric/index.ts";
import type { AgentConfig } from "../../protocol/index.ts";
import { sendSignal } from "../../signal/index.ts";
import { socketIn } from "./places.ts";

export interface StartOptions {
  readonly clock: Clock;
  readonly directory: string;
  readonly bundlePath: string;
  readonly config: AgentConfig;
  readonly signal: AbortSignal;
}

/** None of V8's own: with any, Node's built-in modules are compiled anew at each start, which takes longer than the rest. */
const nodeFlags = ["--v8-pool-size=1", "--no-warnings"];
const startMs = 15_000;
const pollMs = 20;
const stopMs = 5000;

/** Undefined where nothing listens there. */
export function connectSocket(directory: string): Promise<Duplex | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(socketIn(directory));
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}

/** Starts the agent as a daemon and resolves with a connection to it. Rejects with ConnectError BootstrapFailed. */
export async function startAgent(options: StartOptions): Promise<Duplex> {
  const { clock, directory, config, signal } = options;
  await mkdir(join(directory, "run"), { recursive: true, mode: 0o700 });
  const bootIdentity = await bootIdentityOf(directory);
  await writeFile(join(directory, "agent.json"), JSON.stringify({ ...config, bootIdentity }), { mode: 0o600 });
  const child = await spawnAgent(options);
  if (child.pid !== undefined) await writeFile(pidFile(directory), `${child.pid}\n`);
  const deadline = clock.monotonic() + startMs;
  while (clock.monotonic() < deadline && child.exitCode === null && child.signalCode === null) {
    const stream = await connectSocket(directory);
    if (stream !== undefined) return stream;
    await sleep(clock, pollMs, signal);
  }
  throw new ConnectError(
    "BootstrapFailed",
    `${config.resourceName}: agent did not start: ${await lastLines(join(directory, "agent.log"))}`,
  );
}

/** Ends the daemon and leaves its processes running. */
export async function stopAgent(clock: Clock, directory: string, signal: AbortSignal): Promise<void> {
  const pid = await runningAgent(directory);
  if (pid === undefined) return;
  sendSignal(pid, "SIGTERM");
  const deadline = clock.monotonic() + stopMs;
  while ((await runningAgent(directory)) === pid) {
    if (clock.monotonic() > deadline) sendSignal(pid, "SIGKILL");
    await sleep(clock, pollMs, signal);
  }
}

async function spawnAgent(options: StartOptions): Promise<ChildProcess> {
  const log = await open(join(options.directory, "agent.log"), "a", 0o600);
  try {
    const child = spawn(process.execPath, [...nodeFlags, options.bundlePath, "run", "--dir", options.directory], {
      detached: true,
      cwd: "/",
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      stdio: ["ignore", log.fd, log.fd],
    });
    child.on("error", () => {});
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

async function runningAgent(directory: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(pidFile(directory), "utf8").catch(() => ""), 10);
  if (!(pid > 0)) return undefined;
  const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  return argv.includes("run") && argv.includes(directory) ? pid : undefined;
}

function pidFile(directory: string): string {
  return join(directory, "run", "agent.pid");
}

/** Lives as long as the pretended machine is on. */
async function bootIdentityOf(directory: string): Promise<string> {
  const path = join(directory, "boot-identity");
  const real = (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
  const known = await readFile(path, "utf8").catch(() => "");
  if (known.startsWith(`${real}.`)) return known;
  const fresh = `${real}.${randomUUID().slice(0, 8)}`;
  await writeFile(path, fresh);
  return fresh;
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-15).join("\n").slice(-2000);
}
