import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { type Command, type Invocation, runCli, UsageError } from "../../cli/index.ts";
import { cleanUp, type DemoPorts, deployAndLoseMachine } from "../demo/demo.ts";
import { exampleDirectory, installation } from "../installation.ts";
import { startServer } from "../start-server.ts";

/** The four members, one machine that replaces the killed one, and one to spare. */
const defaultHosts = 6;
const fewestHosts = 5;

export const demoCommand: Command = {
  usage: "demo [--hosts N] [--keep]",
  summary: "The main job on this computer: deploy, kill a machine, see it replaced, clean up.",
  flags: [
    { name: "hosts", type: "number", help: `machines to make (default ${defaultHosts}, at least ${fewestHosts})` },
    { name: "keep", type: "switch", help: "leave it running and tell how to look around, until Ctrl-C" },
  ],
  run: runDemo,
};

async function runDemo({ args, terminal, env, clock, signal }: Invocation): Promise<number> {
  const hosts = args.number("hosts") ?? defaultHosts;
  if (hosts < fewestHosts) throw new UsageError(`--hosts ${hosts}: at least ${fewestHosts} are needed`);
  // Short, because Unix sockets of the machines lie below it.
  const dataDirectory = await mkdtemp("/tmp/plush-demo-");
  const server = await startServer({
    dataDir: dataDirectory,
    host: "127.0.0.1",
    port: 0,
    names: [],
    logLevel: "silent",
    logFormat: "text",
    ...installation,
  });
  const ports: DemoPorts = {
    clock,
    server,
    print: (line) => terminal.out(line),
    signal,
    example: exampleDirectory("wordcount"),
    dataDirectory,
    apply: (directory) => applyWith(server.kubeconfig, directory, env),
    hosts,
  };
  try {
    await deployAndLoseMachine(ports);
    if (args.on("keep")) await keep(ports, signal);
  } finally {
    // Whatever went wrong, nothing stays on the computer.
    try {
      await cleanUp({ ...ports, signal: AbortSignal.timeout(120_000) });
    } finally {
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    }
  }
  return 0;
}

async function keep(ports: DemoPorts, signal: AbortSignal): Promise<void> {
  ports.print("");
  ports.print("Look around in another terminal, and end the demo with Ctrl-C:");
  ports.print(`  export PLUSHCONFIG=${ports.server.kubeconfig}`);
  ports.print("  plush ui");
  ports.print("  plush get all");
  ports.print("  plush describe application wordcount");
  ports.print("  plush events");
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** The same `plush apply` that a user runs; what it prints is shown only where it fails. */
async function applyWith(kubeconfig: string, directory: string, env: Invocation["env"]): Promise<void> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const exitCode = await runCli({
    argv: ["apply", "--kubeconfig", kubeconfig, "-f", join(directory, "application.yaml")],
    env,
    stdio: { stdin: new PassThrough(), stdout, stderr },
    commands: {},
    signal: AbortSignal.timeout(60_000),
  });
  if (exitCode !== 0) throw new Error(`plush apply: ${stderr.read()?.toString().trim() ?? `exit ${exitCode}`}`);
}
