import { objectPath, openExec } from "../../client/index.ts";
import type { ExecRequest } from "../../protocol/index.ts";
import type { Command, Invocation } from "../command.ts";
import { bridgeExec } from "../exec/bridge.ts";
import { oneTarget } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

export const execCommand: Command = {
  usage: "exec process/NAME|resource/NAME [-it] -- COMMAND [ARGUMENT ...]",
  summary: "Runs a command in the environment and directory of a process, or on a machine.",
  completes: "targets",
  flags: [
    { name: "stdin", short: "i", type: "switch", help: "pass standard input on" },
    { name: "tty", short: "t", type: "switch", help: "give the command a terminal" },
    { name: "user", short: "u", type: "text", value: "NAME", help: "as this user of the machine" },
    { name: "timeout", type: "duration", help: "end it after so long (default: never)" },
    { name: "container", short: "c", type: "text", hidden: true, help: "" },
  ],
  examples: ["plush exec process/web-serve-server-servers-0 -it -- sh", "plush exec resource/n1 -- df -h"],
  async run(call) {
    const argv = call.args.rest;
    if (argv === undefined || argv.length === 0) throw new UsageError("give the command after --");
    // A word without a kind is a process.
    const words = call.args.positional;
    const located = await oneTarget(
      call,
      words.length === 1 && !words[0]?.includes("/") ? [`processes/${words[0]}`] : words,
    );
    if (!execKinds.has(located.kind.kind))
      throw new UsageError(
        `exec runs on a process or a resource, and ${located.kind.singular}/${located.name} is neither`,
      );
    const path = objectPath(located.kind, located, "exec");
    const request = requestOf(call, argv);
    const { transport } = await call.session.client();
    const stream = await openExec(transport, path, request, call.signal);
    return bridgeExec(stream, call.terminal, {
      stdin: request.stdin,
      tty: request.tty !== undefined,
      signal: call.signal,
    });
  },
};

const execKinds: ReadonlySet<string> = new Set(["Process", "Resource"]);

function requestOf(call: Invocation, argv: readonly string[]): ExecRequest {
  const { stdin, stdout } = call.terminal.stdio;
  const wantsTty = call.args.on("tty");
  const tty = wantsTty && stdin.isTTY === true;
  if (wantsTty && !tty) call.terminal.note("standard input is no terminal: the command gets none either");
  const user = call.args.text("user");
  return {
    argv,
    stdin: call.args.on("stdin"),
    timeoutMs: call.args.duration("timeout") ?? 0,
    ...(tty && { tty: { rows: stdout.rows || 24, columns: stdout.columns || 80 } }),
    ...(user !== undefined && { user }),
  };
}
