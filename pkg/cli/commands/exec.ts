import { objectPath, openCommand } from "../../client/index.ts";
import type { Command } from "../command.ts";
import { bridgeCommand } from "../streams/bridge.ts";
import { streamTarget } from "../streams/stream-target.ts";
import { UsageError } from "../usage-error.ts";

export const execCommand: Command = {
  usage: "exec process/NAME | claim/NAME | resource/NAME [-it] -- COMMAND [ARGUMENT ...]",
  summary: "Runs a command in the environment and directory of a process or a claim, or on a machine.",
  completes: "targets",
  flags: [
    { name: "stdin", short: "i", type: "switch", help: "pass standard input on" },
    { name: "tty", short: "t", type: "switch", help: "give the command a terminal" },
    { name: "user", short: "u", type: "text", value: "NAME", help: "as this user of the machine" },
    { name: "env", short: "e", type: "texts", value: "NAME=VALUE", help: "with this variable too; may be repeated" },
    { name: "timeout", type: "duration", help: "end it after so long (default: never)" },
    { name: "container", short: "c", type: "text", hidden: true, help: "" },
  ],
  examples: ["plush exec process/web-serve-server-servers-0 -it -- sh", "plush exec resource/n1 -- df -h"],
  async run(call) {
    const command = call.args.rest;
    if (command === undefined || command.length === 0) throw new UsageError("give the command after --");
    const target = await streamTarget(call, call.args.positional, ["Process", "Claim", "Resource"]);
    const tty = call.args.on("tty") && call.terminal.stdio.stdin.isTTY === true;
    if (call.args.on("tty") && !tty) call.terminal.note("standard input is no terminal: the command gets none either");
    const stdin = call.args.on("stdin");
    const user = call.args.text("user");
    const timeout = call.args.duration("timeout");
    const stream = await openCommand((await call.session.client()).transport, {
      path: objectPath(target.kind, target, "exec"),
      command,
      stdin,
      tty,
      env: Object.fromEntries(call.args.texts("env").map(variable)),
      signal: call.signal,
      ...(user !== undefined && { user }),
      ...(timeout !== undefined && { timeout: `${timeout}ms` }),
    });
    return bridgeCommand(stream, call.terminal, { stdin, tty, signal: call.signal });
  },
};

function variable(text: string): [string, string] {
  const cut = text.indexOf("=");
  if (cut < 1) throw new UsageError(`--env: ${JSON.stringify(text)} is not NAME=VALUE`);
  return [text.slice(0, cut), text.slice(cut + 1)];
}
