import { objectPath, openCommand } from "../../client/index.ts";
import type { Command } from "../command.ts";
import { bridgeCommand } from "../streams/bridge.ts";
import { streamTarget } from "../streams/stream-target.ts";

export const attachCommand: Command = {
  usage: "attach process/NAME | application/NAME",
  summary: "Shows what a process prints from now on, and ends with its exit code. Ctrl-C leaves the process alone.",
  completes: "targets",
  flags: [
    { name: "stdin", short: "i", type: "switch", hidden: true, help: "" },
    { name: "tty", short: "t", type: "switch", hidden: true, help: "" },
    { name: "container", short: "c", type: "text", hidden: true, help: "" },
  ],
  examples: ["plush attach process/web-serve-server-servers-0"],
  async run(call) {
    const target = await streamTarget(call, call.args.positional, ["Process"]);
    // The server says why not.
    const stdin = call.args.on("stdin");
    const path = objectPath(target.kind, target, "attach");
    const { transport } = await call.session.client();
    const stream = await openCommand(transport, { path, stdin, signal: call.signal });
    return bridgeCommand(stream, call.terminal, { stdin, tty: false, signal: call.signal });
  },
};
