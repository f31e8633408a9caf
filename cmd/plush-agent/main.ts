import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bridge,
  joinUsage,
  makeLayout,
  removeAgent,
  runAgent,
  runJoin,
  runLinkCommand,
  runSocketCommand,
  runUnzstd,
  socketUsage,
  startDaemon,
} from "../../pkg/agent/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";

const usage = `usage: plush-agent COMMAND [--dir DIR]

  run      runs the agent of DIR in the foreground; ends at once where one runs already
  start    starts it as a daemon, waits until it answers, prints {"pid": N}
  bridge   connects standard input and output with its socket
  remove   ends it, with all that it runs, and removes DIR
  unzstd   unpacks Zstandard from standard input to standard output
${joinUsage}
  version  prints the version: the sha256 of this file

inside a process:

${socketUsage}`;

const bundle = fileURLToPath(import.meta.url);

async function main(argv: readonly string[]): Promise<number> {
  const [command, flag, value] = argv;
  const code = await runSocketCommand(argv, process.env["PLUSH_SOCKET"]);
  if (code !== undefined) return code;
  if (command === "version") return print(`${version()}\n`);
  if (command === "unzstd") {
    await runUnzstd();
    return 0;
  }
  if (command === "join") {
    const said = await runJoin(argv.slice(1), { bundle, version: version() });
    return said === undefined ? refuse() : print(said);
  }
  if (flag !== "--dir" || value === undefined) return refuse();
  const directory = resolve(value);
  switch (command) {
    case "run":
      await runAgent({ directory, bundle, version: version() });
      return 0;
    case "remove":
      await removeAgent({ directory, bundle, version: version() });
      return 0;
    case "start":
      return print(`${JSON.stringify({ pid: await startDaemon(directory, bundle, systemClock) })}\n`);
    case "link":
      await runLinkCommand(directory, { bundle, version: version() });
      return 0;
    case "bridge":
      await bridge(makeLayout(directory).socket);
      return 0;
    default:
      return refuse();
  }
}

/** Known by its content, so that an agent of another build is told apart at once. */
function version(): string {
  return createHash("sha256").update(readFileSync(bundle)).digest("hex");
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function refuse(): number {
  process.stderr.write(usage);
  return 2;
}

main(process.argv.slice(2)).then(
  // What is still open (a daemon's child, a pipe) must not keep a finished command alive.
  (code) => process.stdout.write("", () => process.exit(code)),
  (error: unknown) => {
    process.stderr.write(`plush-agent: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
