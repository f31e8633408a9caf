import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { type Clock, sleep } from "../../clock/index.ts";
import { makeLayout } from "../layout.ts";
import { lockOwner } from "../lock.ts";

/** A crowded machine takes long to start a Node; this long is no start any more. */
const startTimeoutMs = 30_000;
const pollMs = 25;

/** None that changes V8's code: with any, Node compiles its own modules anew, which takes longer than the rest of the start. */
const nodeFlags = ["--v8-pool-size=1", "--no-warnings"];

/**
 * Starts `plush-agent run` for a directory in a session of its own, and waits until its socket answers. Does nothing
 * where one answers already. Returns the agent's pid; throws with the end of its log where it does not come up.
 */
export async function startDaemon(directory: string, bundle: string, clock: Clock): Promise<number> {
  const layout = makeLayout(directory);
  const running = await answeringPid(layout);
  if (running !== undefined) return running;
  const log = await open(layout.log, "a", 0o600);
  const argv = [...nodeFlags, bundle, "run", "--dir", directory];
  const child = spawn(process.execPath, argv, { cwd: "/", env: {}, detached: true, stdio: ["ignore", log.fd, log.fd] });
  const spawned = once(child, "spawn");
  await log.close();
  await spawned;
  child.unref();
  const deadline = clock.monotonic() + startTimeoutMs;
  while (child.exitCode === null && clock.monotonic() < deadline) {
    const pid = await answeringPid(layout);
    if (pid !== undefined) return pid;
    await sleep(clock, pollMs);
  }
  // One that was faster ends the child, quietly.
  const pid = await answeringPid(layout);
  if (pid !== undefined) return pid;
  const text = await readFile(layout.log, "utf8").catch(() => "");
  throw new Error(`the agent did not start: ${text.trimEnd().split("\n").slice(-5).join("\n")}`);
}

async function answeringPid(layout: { readonly socket: string; readonly lock: string }): Promise<number | undefined> {
  return (await answers(layout.socket)) ? lockOwner(layout.lock) : undefined;
}

/** Whether something accepts connections on a Unix socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Connects standard input and output with a Unix socket, until either ends. */
export function bridge(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path, allowHalfOpen: true });
    socket.once("error", reject);
    socket.once("close", () => resolve());
    process.stdin.pipe(socket);
    socket.pipe(process.stdout);
  });
}
