import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { HollowFleet } from "../../pkg/agent/index.ts";
import { installation, startServer } from "../../pkg/server/index.ts";
import { hollowConnector, partOf } from "./hollow-connector.ts";
import { playScript, readScript } from "./script.ts";

const usage = `usage: plush-hollow server --data-dir DIR --socket PATH … [--port N]
       plush-hollow agents --agents N --socket PATH [--part K/M] [--script FILE] [--start-ms N] [--ready-ms N] [--ping-ms N] [--packages DIR]

  server   a Plush server whose static pools consist of hollow machines: it reaches them by the socket, not by SSH
  agents   N hollow machines, hollow-1 to hollow-N, behind the socket; a script of faults is played after the start,
           from standard input where FILE is -, line by line as they come

One program holds some thousands of agents. For more of them start M programs with the same N, parts 1/M to M/M, each with a
socket of its own, and give the server all sockets in this order. --ping-ms: how often ends of a link of the tree ping
each other, in place of what the server orders. --packages: packages are really fetched, verified and given on, at the
machines' data addresses, and kept in DIR; they are not unpacked.

For tests and benchmarks. Processes are pretended; a command \`hollow start=MS ready=MS run=MS exit=CODE stop=MS print=MS\` says how.
`;

async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      "data-dir": { type: "string" },
      socket: { type: "string", multiple: true, default: [] },
      port: { type: "string", default: "0" },
      agents: { type: "string", default: "0" },
      part: { type: "string", default: "1/1" },
      script: { type: "string" },
      "start-ms": { type: "string", default: "20" },
      "ready-ms": { type: "string", default: "20" },
      "ping-ms": { type: "string" },
      packages: { type: "string" },
    },
  });
  const { socket: sockets, "data-dir": dataDir, script, "ping-ms": pingMs, packages: packagesIn } = values;
  const [socket] = sockets;
  const names = namesOf(Number(values.agents), values.part);
  if (positionals[0] === "server" && socket !== undefined && dataDir !== undefined) {
    const server = await startHollowServer(dataDir, sockets, Number(values.port));
    await untilTold(`hollow server ready: ${server.url}`);
    await server.stop();
  } else if (positionals[0] === "agents" && socket !== undefined && names.length > 0) {
    const times = { startMs: Number(values["start-ms"]), readyMs: Number(values["ready-ms"]) };
    const fleet = new HollowFleet({
      ...{ names, times },
      ...(pingMs !== undefined && { pingMs: Number(pingMs) }),
      ...(packagesIn !== undefined && { packagesIn }),
    });
    await fleet.listen(socket);
    if (script === "-") playAsItComes(fleet);
    else if (script !== undefined) playScript(readScript(readFileSync(script, "utf8")), fleet);
    await untilTold(`${names.length} hollow agents ready: ${socket}`);
    await fleet.close();
  } else {
    process.stderr.write(usage);
    process.exitCode = 2;
  }
}

/** Names of the machines of one part, K of M. */
function namesOf(count: number, part: string): readonly string[] {
  const [number = 1, parts = 1] = part.split("/").map(Number);
  const names = Array.from({ length: count }, (_, index) => `hollow-${index + 1}`);
  return names.filter((name) => partOf(name, parts) === number - 1);
}

/** Each line's time counts from when it comes. */
function playAsItComes(fleet: HollowFleet): void {
  createInterface({ input: process.stdin }).on("line", (line) => playScript(readScript(line), fleet));
}

function startHollowServer(dataDir: string, sockets: readonly string[], port: number) {
  return startServer({
    dataDir,
    host: "127.0.0.1",
    port,
    names: [],
    logLevel: "error",
    logFormat: "text",
    ...installation,
    connectorTo: ({ metadata }) => hollowConnector(sockets, metadata.name ?? ""),
  });
}

function untilTold(ready: string): Promise<void> {
  process.stdout.write(`${ready}\n`);
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`plush-hollow: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
