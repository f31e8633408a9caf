import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { HollowFleet } from "../../pkg/agent/index.ts";
import { installation, startServer } from "../../pkg/server/index.ts";
import { hollowConnector } from "./hollow-connector.ts";
import { playScript, readScript } from "./script.ts";

const usage = `usage: plush-hollow server --data-dir DIR --socket PATH [--port N]
       plush-hollow agents --agents N --socket PATH [--script FILE] [--start-ms N] [--ready-ms N]

  server   a Plush server whose static pools consist of hollow machines: it reaches them by the socket, not by SSH
  agents   N hollow machines, hollow-1 to hollow-N, behind the socket; a script of faults is played after the start

For tests and benchmarks. Processes are pretended; a command \`hollow start=MS ready=MS run=MS exit=CODE stop=MS print=MS\` says how.
`;

async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      "data-dir": { type: "string" },
      socket: { type: "string" },
      port: { type: "string", default: "0" },
      agents: { type: "string", default: "0" },
      script: { type: "string" },
      "start-ms": { type: "string", default: "20" },
      "ready-ms": { type: "string", default: "20" },
    },
  });
  const { socket, "data-dir": dataDir, script } = values;
  const count = Number(values.agents);
  if (positionals[0] === "server" && socket !== undefined && dataDir !== undefined) {
    const server = await startHollowServer(dataDir, socket, Number(values.port));
    await untilTold(`hollow server ready: ${server.url}`);
    await server.stop();
  } else if (positionals[0] === "agents" && socket !== undefined && count > 0) {
    const steps = script === undefined ? [] : readScript(readFileSync(script, "utf8"));
    const times = { startMs: Number(values["start-ms"]), readyMs: Number(values["ready-ms"]) };
    const names = Array.from({ length: count }, (_, index) => `hollow-${index + 1}`);
    const fleet = new HollowFleet({ names, times });
    await fleet.listen(socket);
    playScript(steps, fleet);
    await untilTold(`${count} hollow agents ready: ${socket}`);
    await fleet.close();
  } else {
    process.stderr.write(usage);
    process.exitCode = 2;
  }
}

function startHollowServer(dataDir: string, socket: string, port: number) {
  return startServer({
    dataDir,
    host: "127.0.0.1",
    port,
    names: [],
    logLevel: "error",
    logFormat: "text",
    ...installation,
    connectorTo: ({ metadata }) => hollowConnector(socket, metadata.name ?? ""),
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
