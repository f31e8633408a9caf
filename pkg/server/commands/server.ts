import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Command, type Flag, type Invocation, UsageError } from "../../cli/index.ts";
import { StatusError } from "../../status/index.ts";
import { readTraceSettings } from "../../tracing/index.ts";
import { offerAsDefault } from "../admin-access.ts";
import { installation } from "../installation.ts";
import type { RunningServer } from "../running-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { startServer } from "../start-server.ts";
import { accessFlags, readAccessFlags } from "./access-flags.ts";
import { backupFlags, readBackupFlags } from "./backup-flags.ts";
import { installFlags, runInstall } from "./install.ts";
import { logFlags, readLogFlags } from "./log-flags.ts";

const flags: readonly Flag[] = [
  { name: "data-dir", type: "text", value: "DIR", help: "what the server keeps (default ~/.plush/server)" },
  {
    name: "listen",
    type: "text",
    value: "HOST:PORT",
    help: "where the API is served (default 127.0.0.1:7443; port 0: a free one)",
  },
  {
    name: "tls-name",
    type: "texts",
    value: "NAME",
    help: "a name or address by which clients reach it, for its certificate",
  },
  {
    name: "history-max-age",
    type: "duration",
    value: "DURATION",
    help: "how long clients may be away and go on where they were (default 24h)",
  },
  {
    name: "allow-file-repositories",
    type: "switch",
    help: "let GitSyncs and packages read repositories of this computer (file://), whoever reaches the server",
  },
  { name: "metrics-listen", type: "text", value: "HOST:PORT", help: "serve /metrics there too, without credentials" },
  ...logFlags,
  ...backupFlags,
  ...accessFlags,
];

export const serverCommand: Command = {
  usage: "server [install] [--data-dir DIR] [--listen HOST:PORT]",
  summary: "Runs the API server and its controllers, until SIGTERM; install: has systemd run it so.",
  flags: [...flags, ...installFlags],
  examples: [
    "plush server",
    "plush server --data-dir /var/lib/plush --listen 0.0.0.0:7443 --tls-name plush.example.org",
    "sudo plush server install --listen 0.0.0.0:7443 --tls-name plush.example.org --backup-dir /srv/plush",
  ],
  run: async (call) => {
    const [word] = call.args.positional;
    if (word !== undefined && word !== "install") throw new UsageError(`unexpected argument: ${word}`);
    const options = readOptions(call);
    return word === "install" ? runInstall(call, flags) : runServer(call, options);
  },
};

/** Throws UsageError for what the server would not start with. */
function readOptions({ args, env }: Pick<Invocation, "args" | "env">): ServerOptions {
  const { host, port } = readAddress(args.text("listen") ?? "127.0.0.1:7443", "--listen");
  const historyMaxAgeMs = args.duration("history-max-age");
  if (historyMaxAgeMs !== undefined && historyMaxAgeMs < 1000)
    throw new UsageError("--history-max-age: clients need at least 1s to come back");
  const metricsListen = args.text("metrics-listen");
  const home = env["HOME"] ?? homedir();
  const sshAgentSocket = env["SSH_AUTH_SOCK"];
  return {
    dataDir: resolve(args.text("data-dir") ?? join(home, ".plush", "server")),
    host,
    port,
    names: args.texts("tls-name"),
    ...readLogFlags(args),
    ...installation,
    ...readBackupFlags(args),
    ...readAccessFlags(args),
    tracing: readTraceSettings(env),
    allowFileRepositories: args.on("allow-file-repositories"),
    ...(historyMaxAgeMs !== undefined && { historyMaxAgeMs }),
    ...(metricsListen !== undefined && { metricsListen: readAddress(metricsListen, "--metrics-listen") }),
    ...(sshAgentSocket !== undefined && { sshAgentSocket }),
  };
}

async function runServer({ terminal, env, signal }: Invocation, options: ServerOptions): Promise<number> {
  const server = await startServer(options);
  const stopHeeding = heedHangUp(server, terminal);
  try {
    await offerAccess(server.kubeconfig, { home: env["HOME"] ?? homedir(), terminal });
    terminal.out(`plush server ready: ${server.url}`);
    await aborted(signal);
  } finally {
    stopHeeding();
    await server.stop();
  }
  return 0;
}

/**
 * SIGHUP has a service read its certificates again, as daemons do. On a terminal it says that the terminal is gone, and
 * ends the server as it ends any program.
 */
function heedHangUp(server: Pick<RunningServer, "reload">, terminal: Invocation["terminal"]): () => void {
  if (terminal.stdio.stderr.isTTY === true) return () => undefined;
  const reload = (): void =>
    void server.reload().catch((error: unknown) => terminal.error(StatusError.from(error).message));
  process.on("SIGHUP", reload);
  return () => process.off("SIGHUP", reload);
}

/** A server whose user has no home, or one that cannot be written, serves all the same. */
async function offerAccess(
  kubeconfig: string,
  { home, terminal }: { readonly home: string; readonly terminal: Invocation["terminal"] },
): Promise<void> {
  try {
    const copied = await offerAsDefault(kubeconfig, home);
    if (copied !== undefined) terminal.note(`the administrator's access was copied to ${copied}`);
  } catch (error) {
    terminal.note(`the administrator's access is in ${kubeconfig} alone: ${StatusError.from(error).message}`);
  }
}

/** "127.0.0.1:7443", "[::1]:7443", ":7443" (all addresses) or "7443" (loopback). */
function readAddress(text: string, flag: string): { host: string; port: number } {
  const found = /^(?:\[([^\]]+)\]:|([^:]*):)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[3] ?? Number.NaN);
  if (found === null || port > 65_535)
    throw new UsageError(`${flag} ${text}: HOST:PORT is expected, as 127.0.0.1:7443`);
  const host = found[1] ?? found[2];
  return { host: host === undefined ? "127.0.0.1" : host === "" ? "0.0.0.0" : host, port };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
