import { manyLogs } from "../../client/index.ts";
import type { LogsRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { MembersView } from "../streams/members-view.ts";
import { openLog } from "../streams/open-log.ts";
import { type ChosenProcesses, chosenOf, type ObjectName } from "../streams/processes-of.ts";
import { parseTargets } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

export const logsCommand: Command = {
  usage: "logs process/NAME | application/NAME | phase/NAME | -l SELECTOR",
  summary: "Prints what processes print.",
  completes: "targets",
  flags: [
    { name: "follow", short: "f", type: "switch", help: "go on with what is printed" },
    { name: "tail", type: "number", help: "only so many last lines of each process" },
    { name: "since", type: "duration", help: "only what is younger" },
    { name: "since-time", type: "text", value: "RFC3339", help: "only what is younger than this time" },
    { name: "previous", short: "p", type: "switch", help: "of the run before the last start" },
    { name: "timestamps", type: "switch", help: "each line with its time" },
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "processes with these labels" },
    { name: "limit-bytes", type: "number", help: "at most so many bytes of each process" },
    { name: "container", short: "c", type: "text", hidden: true, help: "" },
    { name: "prefix", type: "switch", help: "each line with its process (default where there are several)" },
  ],
  examples: ["plush logs application/web -f --tail 5", "plush logs -l plush.dev/phase=serve --since 10m"],
  async run(call) {
    const alone = processAlone(call);
    if (alone === undefined) return printMany(call, await chooseLogs(call));
    await printAlone(call, { namespace: await call.session.namespace(), name: alone });
    return 0;
  },
};

/** The process that is named, where it is one: a word without a kind is a process too. */
function processAlone({ args }: Invocation): string | undefined {
  const [word = "", ...more] = args.positional;
  if (more.length > 0 || word === "" || args.on("prefix")) return undefined;
  const [kind = "", name] = word.split("/");
  if (name === undefined) return word;
  return ["process", "processes", "proc", "pod", "pods"].includes(kind) ? name : undefined;
}

/** One log alone is passed on byte by byte, to the end of its run. */
async function printAlone(call: Invocation, process: ObjectName): Promise<void> {
  try {
    for await (const chunk of await askedLog(call, process)) await call.terminal.write(chunk);
  } catch (error) {
    if (!call.signal.aborted) throw error;
  }
}

type Chosen = Pick<LogsRequest, "processes" | "selectors">;

async function chooseLogs(call: Invocation): Promise<Chosen> {
  const selector = call.args.text("selector");
  const words = call.args.positional;
  const [word = ""] = words;
  if (words.length === 1 && !word.includes("/")) return { processes: [word] };
  if (words.length > 0) return chooseByTargets(call, words, selector);
  if (selector !== undefined) return { selectors: [selector] };
  throw new UsageError("whose? process/NAME, application/NAME, phase/NAME, or -l SELECTOR");
}

async function chooseByTargets(
  call: Invocation,
  words: readonly string[],
  selector: string | undefined,
): Promise<Chosen> {
  const namespace = await call.session.namespace();
  const targets = await parseTargets(call, words);
  const chosen = await Promise.all(
    targets.flatMap(({ kind, names }) =>
      names.map(async (name): Promise<ChosenProcesses> => {
        if (kind.kind === "Process") return { processes: [name] };
        return chosenOf(call, kind, { namespace, name }, selector);
      }),
    ),
  );
  const processes = chosen.flatMap((each) => ("processes" in each ? each.processes : []));
  const selectors = chosen.flatMap((each) => ("selector" in each ? [each.selector] : []));
  return { processes, selectors };
}

async function printMany(call: Invocation, chosen: Chosen): Promise<number> {
  const { args, terminal, session, signal } = call;
  const view = new MembersView(terminal, args.has("prefix") ? args.on("prefix") : undefined);
  const request: LogsRequest = { namespace: await session.namespace(), ...chosen, ...wantedPart(call) };
  const { transport } = await session.client();
  try {
    for await (const message of manyLogs(transport, request, signal)) {
      await view.show(message);
      if (message.type !== "members" || view.count > 0) continue;
      if (!args.on("follow")) throw new StatusError("NotFound", "no processes found");
      terminal.note("no processes yet: waiting for them");
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return view.hasFailed ? 1 : 0;
}

function wantedPart({ args }: Invocation): Partial<LogsRequest> {
  const since = args.duration("since");
  const [tailLines, limitBytes, sinceTime] = [
    tailOf(args.number("tail")),
    args.number("limit-bytes"),
    args.text("since-time"),
  ];
  return {
    ...(args.on("follow") && { follow: true }),
    ...(args.on("previous") && { previous: true }),
    ...(args.on("timestamps") && { timestamps: true }),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(since !== undefined && { sinceSeconds: Math.ceil(since / 1000) }),
    ...(sinceTime !== undefined && { sinceTime }),
  };
}

/** -1 is all, as kubectl has it. */
function tailOf(tail: number | undefined): number | undefined {
  return tail === undefined || tail < 0 ? undefined : tail;
}

function askedLog(call: Invocation, process: ObjectName): Promise<AsyncIterable<Uint8Array>> {
  const { follow, previous, timestamps, tailLines, limitBytes, sinceSeconds, sinceTime } = wantedPart(call);
  return openLog(call, process, { follow, previous, timestamps, tailLines, limitBytes, sinceSeconds, sinceTime });
}
