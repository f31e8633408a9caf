import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TLSSocket } from "node:tls";
import { type Clock, sleep } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import { sendSignal } from "../../signal/index.ts";
import { replaceFile } from "../atomic-file.ts";
import { startDaemon } from "../daemon/daemonize.ts";
import { makeLayout } from "../layout.ts";
import { lockOwner } from "../lock.ts";
import { hear, takeBytes, tell } from "./dial-server.ts";

export interface LinkOptions {
  readonly directory: string;
  /** This program, and its sha256. */
  readonly bundle: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const maxAgentBytes = 64 << 20;
const endWithinMs = 5000;
const pollMs = 20;

/** Has the agent run that the server wants, with the settings that it says. */
export async function startWanted(
  options: LinkOptions,
  socket: TLSSocket,
  { config, replace }: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    const settings = asSettings(config);
    const bundle = await bundleOf(options, socket, settings.version);
    const layout = makeLayout(options.directory);
    if (replace === true) await endAgent(options, layout.lock);
    await mkdir(dirname(layout.socket), { recursive: true, mode: 0o700 });
    await replaceFile(layout.config, JSON.stringify(settings), { mode: 0o600, durable: true });
    tell(socket, { do: "starting" });
    await startDaemon(options.directory, bundle, options.clock);
    tell(socket, { do: "started" });
  } catch (error) {
    tell(socket, { error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** The agent checks the rest when it reads them. */
function asSettings(config: unknown): { readonly version: string } {
  if (typeof config !== "object" || config === null || !("version" in config) || typeof config.version !== "string")
    throw new Error("the server says no settings");
  return { ...config, version: config.version };
}

/** The program of that version: kept, this very one, or sent by the server. */
async function bundleOf(options: LinkOptions, socket: TLSSocket, version: string): Promise<string> {
  if (!/^[0-9a-f]{64}$/.test(version)) throw new Error("the server names no version");
  const path = join(options.directory, `agent-${version}.mjs`);
  if ((await hashOf(path)) === version) return path;
  if (options.version === version) {
    await copyFile(options.bundle, path);
    return path;
  }
  tell(socket, { do: "send" });
  const { size } = await hear(socket);
  if (typeof size !== "number" || !(size > 0 && size <= maxAgentBytes)) throw new Error("the server sends no agent");
  const bytes = await takeBytes(socket, size);
  if (digest(bytes) !== version) throw new Error("what the server has sent is not the agent that it named");
  await replaceFile(path, bytes, { mode: 0o600, durable: true });
  return path;
}

async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && digest(bytes);
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Its processes go on. */
async function endAgent({ clock }: LinkOptions, lock: string): Promise<void> {
  const deadline = clock.monotonic() + endWithinMs;
  for (let pid = await lockOwner(lock); pid !== undefined; pid = await lockOwner(lock)) {
    sendSignal(pid, clock.monotonic() < deadline ? "SIGTERM" : "SIGKILL");
    await sleep(clock, pollMs);
  }
}
