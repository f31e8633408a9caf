import { setMaxListeners } from "node:events";
import { type CommandTable, runCli } from "../../pkg/cli/index.ts";
import { loadServer } from "./load-server.ts";

/** Loaded when they are called: what reads objects does not load a server. */
const commands: CommandTable = {
  server: async () => (await loadServer()).serverCommand,
  demo: async () => (await loadServer()).demoCommand,
  ui: async () => (await loadServer()).uiCommand,
  restore: async () => (await loadServer()).restoreCommand,
};

let usedStderr = false;

// Streams are opened when they are first used: opening one takes longer than printing to it.
const stdio = {
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    usedStderr = true;
    return process.stderr;
  },
};

let interrupted: AbortController | undefined;

/** Made when a command first asks for it: until then SIGINT ends the program at once, as it should. */
function interruption(): AbortSignal {
  if (interrupted !== undefined) return interrupted.signal;
  const controller = new AbortController();
  // As many requests as are under way listen to it.
  setMaxListeners(0, controller.signal);
  interrupted = controller;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      controller.abort();
      // Whoever asks twice means now.
      process.once(signal, () => process.exit(130));
    });
  }
  return controller.signal;
}

async function main(): Promise<void> {
  // `plush get | head`: a reader that has seen enough is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const argv = process.argv.slice(2);
  const exitCode = await runCli({
    ...{ argv, env: process.env, stdio, commands },
    get signal() {
      return interruption();
    },
  });
  // What is printed has to arrive; connections are idle now, and nothing else is waited for.
  process.stdout.write("", () => {
    if (usedStderr) process.stderr.write("", () => process.exit(exitCode));
    else process.exit(exitCode);
  });
}

void main();
