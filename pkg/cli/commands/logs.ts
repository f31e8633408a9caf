import { type KubeObject, kinds } from "../../api/index.ts";
import { lines } from "../../client/index.ts";
import { sleep } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { errorLines } from "../report-error.ts";
import { openLog } from "../streams/open-log.ts";
import { listProcesses, type ObjectName, processesOf } from "../streams/processes-of.ts";
import { parseTargets } from "../targets.ts";
import type { Paint } from "../terminal.ts";
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
    const processes = await chooseProcesses(call);
    if (processes.length === 0) throw new StatusError("NotFound", "no processes found");
    const prefixed = call.args.has("prefix") ? call.args.on("prefix") : processes.length > 1;
    const width = Math.max(...processes.map(({ name }) => name.length));
    const print = (process: ObjectName, index: number): Promise<boolean> =>
      printLog(call, process, prefixed ? prefixOf(call, process, width, index) : "");
    const failures = call.args.on("follow") ? await Promise.all(processes.map(print)) : await inTurn(processes, print);
    return failures.some((failed) => failed) ? 1 : 0;
  },
};

/** What is there already is read one log after the other. */
async function inTurn<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) results.push(await act(item, index));
  return results;
}

async function chooseProcesses(call: Invocation): Promise<readonly ObjectName[]> {
  const selector = call.args.text("selector");
  const words = call.args.positional;
  if (words.length === 0 && selector === undefined)
    throw new UsageError("whose? process/NAME, application/NAME, phase/NAME, or -l SELECTOR");
  const namespace = await call.session.namespace();
  if (words.length === 0) return (await listProcesses(call, namespace, selector)).map(nameOf);
  // A word without a kind is a process: `plush logs web-serve-server-servers-0`.
  const isBare = words.length === 1 && !words[0]?.includes("/");
  if (isBare) return [{ namespace, name: words[0] ?? "" }];
  const chosen: ObjectName[] = [];
  for (const { kind, names } of await parseTargets(call, words)) {
    for (const name of names) {
      if (kind.kind === "Process") chosen.push({ namespace, name });
      else chosen.push(...(await processesOf(call, kind, { namespace, name }, selector)).map(nameOf));
    }
  }
  return chosen;
}

function nameOf({ metadata }: KubeObject): ObjectName {
  return { namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
}

const paints: readonly Paint[] = ["cyan", "green", "yellow", "magenta", "blue", "red"];

function prefixOf(call: Invocation, { name }: ObjectName, width: number, index: number): string {
  return call.terminal.paint(paints[index % paints.length] ?? "cyan", `${name.padEnd(width)} | `);
}

/** True where the log could not be had; the others are printed all the same. */
async function printLog(call: Invocation, process: ObjectName, prefix: string): Promise<boolean> {
  try {
    if (prefix === "") await printRaw(call, process);
    else for await (const line of logLines(call, process)) await call.terminal.write(`${prefix}${line}\n`);
    return false;
  } catch (caught) {
    if (call.signal.aborted) return false;
    for (const line of errorLines(StatusError.from(caught))) call.terminal.error(`${process.name}: ${line}`);
    return true;
  }
}

/** One log alone is passed on byte by byte. */
async function printRaw(call: Invocation, process: ObjectName): Promise<void> {
  for await (const chunk of await askedLog(call, process)) await call.terminal.write(chunk);
}

/** Before a log whose process had not begun is asked for again. */
const retryMs = 1000;

async function* logLines(call: Invocation, process: ObjectName): AsyncGenerator<string> {
  for (;;) {
    try {
      yield* lines(await askedLog(call, process), "keep");
      return;
    } catch (error) {
      if (!call.args.on("follow") || !(error instanceof StatusError) || !(await mayComeLater(call, process, error)))
        throw error;
      await sleep(call.clock, retryMs, call.signal);
    }
  }
}

/** With -f, a process that is on no machine yet must not end the logs of the others. */
async function mayComeLater(call: Invocation, process: ObjectName, error: StatusError): Promise<boolean> {
  if (call.signal.aborted) return false;
  if (error.reason !== "NotFound") return error.reason === "Conflict" || error.reason === "ServiceUnavailable";
  const client = await call.session.client();
  return client.get(kinds.Process, process).then(
    () => true,
    () => false,
  );
}

function askedLog(call: Invocation, process: ObjectName): Promise<AsyncIterable<Uint8Array>> {
  const since = call.args.duration("since");
  // -1 is all, as kubectl has it.
  const tail = call.args.number("tail");
  return openLog(call, process, {
    follow: call.args.on("follow") ? true : undefined,
    tailLines: tail === undefined || tail < 0 ? undefined : tail,
    limitBytes: call.args.number("limit-bytes"),
    sinceSeconds: since === undefined ? undefined : Math.ceil(since / 1000),
    sinceTime: call.args.text("since-time"),
    previous: call.args.on("previous") ? true : undefined,
    timestamps: call.args.on("timestamps") ? true : undefined,
  });
}
