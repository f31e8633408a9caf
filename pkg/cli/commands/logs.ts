import { type KindInfo, type KubeObject, kinds, labels } from "../../api/index.ts";
import { bodyChunks, lines, listAll, objectPath, readBody, statusErrorOf, withQuery } from "../../client/index.ts";
import { sleep } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { errorLines } from "../report-error.ts";
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
    { name: "prefix", type: "switch", help: "each line with its process (default where there are several)" },
  ],
  examples: ["plush logs application/web -f --tail 5", "plush logs -l plush.dev/phase=serve --since 10m"],
  async run(call) {
    const processes = await chooseProcesses(call);
    if (processes.length === 0) throw new StatusError("NotFound", "no processes found");
    const prefixed = call.args.has("prefix") ? call.args.on("prefix") : processes.length > 1;
    const width = Math.max(...processes.map(({ name }) => name.length));
    const print = (process: ProcessKey, index: number): Promise<boolean> =>
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

interface ProcessKey {
  readonly namespace: string;
  readonly name: string;
}

/** What a kind's processes are found by. */
const labelByKind: Readonly<Record<string, string>> = {
  Application: labels.application,
  Component: labels.component,
  Phase: labels.phase,
};

async function chooseProcesses(call: Invocation): Promise<readonly ProcessKey[]> {
  const selector = call.args.text("selector");
  const words = call.args.positional;
  if (words.length === 0 && selector === undefined)
    throw new UsageError("whose? process/NAME, application/NAME, phase/NAME, or -l SELECTOR");
  const namespace = await call.session.namespace();
  if (words.length === 0) return listProcesses(call, namespace, selector ?? "");
  // A word without a kind is a process: `plush logs web-serve-server-servers-0`.
  const isBare = words.length === 1 && !words[0]?.includes("/");
  if (isBare) return [{ namespace, name: words[0] ?? "" }];
  const chosen: ProcessKey[] = [];
  for (const { kind, names } of await parseTargets(call, words)) {
    for (const name of names) chosen.push(...(await processesOf(call, kind, { namespace, name }, selector)));
  }
  return chosen;
}

async function processesOf(
  call: Invocation,
  kind: KindInfo,
  key: ProcessKey,
  selector: string | undefined,
): Promise<readonly ProcessKey[]> {
  if (kind.kind === "Process") return [key];
  const object = await (await call.session.client()).get<KubeObject>(kind, key);
  const label = labelByKind[kind.kind];
  if (kind.kind === "Claim") {
    const all = await listObjects(call, key.namespace, selector);
    return all.filter(({ spec }) => spec.claimName === key.name).map(keyOfProcess);
  }
  if (label === undefined)
    throw new UsageError(`${kind.singular} has no log: ask for process, application, component, phase or claim`);
  const { labels: own = {} } = object.metadata;
  const application = kind.kind === "Application" ? key.name : own[labels.application];
  const value = kind.kind === "Application" ? key.name : (own[label] ?? key.name);
  const parts = [
    `${label}=${value}`,
    ...(application !== undefined && label !== labels.application ? [`${labels.application}=${application}`] : []),
  ];
  return listProcesses(call, key.namespace, [...parts, ...(selector === undefined ? [] : [selector])].join(","));
}

async function listProcesses(
  call: Invocation,
  namespace: string,
  labelSelector: string,
): Promise<readonly ProcessKey[]> {
  return (await listObjects(call, namespace, labelSelector)).map(keyOfProcess);
}

async function listObjects(call: Invocation, namespace: string, labelSelector: string | undefined) {
  const selection = labelSelector === undefined ? {} : { labelSelector };
  return (await listAll(await call.session.client(), kinds.Process, { namespace, ...selection })).items;
}

function keyOfProcess({ metadata }: KubeObject): ProcessKey {
  return { namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
}

const paints: readonly Paint[] = ["cyan", "green", "yellow", "magenta", "blue", "red"];

function prefixOf(call: Invocation, { name }: ProcessKey, width: number, index: number): string {
  return call.terminal.paint(paints[index % paints.length] ?? "cyan", `${name.padEnd(width)} | `);
}

/** True where the log could not be had; the others are printed all the same. */
async function printLog(call: Invocation, process: ProcessKey, prefix: string): Promise<boolean> {
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
async function printRaw(call: Invocation, process: ProcessKey): Promise<void> {
  for await (const chunk of await openLog(call, process)) await call.terminal.write(chunk);
}

/** Before a log whose process had not begun is asked for again. */
const retryMs = 1000;

async function* logLines(call: Invocation, process: ProcessKey): AsyncGenerator<string> {
  for (;;) {
    try {
      yield* lines(await openLog(call, process), "keep");
      return;
    } catch (error) {
      if (!call.args.on("follow") || !(error instanceof StatusError) || !(await mayComeLater(call, process, error)))
        throw error;
      await sleep(call.clock, retryMs, call.signal);
    }
  }
}

/** With -f, a process that is on no machine yet must not end the logs of the others. */
async function mayComeLater(call: Invocation, process: ProcessKey, error: StatusError): Promise<boolean> {
  if (call.signal.aborted) return false;
  if (error.reason !== "NotFound") return error.reason === "Conflict" || error.reason === "ServiceUnavailable";
  const client = await call.session.client();
  return client.get(kinds.Process, process).then(
    () => true,
    () => false,
  );
}

async function openLog(call: Invocation, process: ProcessKey): Promise<AsyncIterable<Uint8Array>> {
  const { transport } = await call.session.client();
  const since = call.args.duration("since");
  const path = withQuery(objectPath(kinds.Process, process, "log"), {
    follow: call.args.on("follow") ? true : undefined,
    tailLines: call.args.number("tail"),
    sinceSeconds: since === undefined ? undefined : Math.ceil(since / 1000),
    sinceTime: call.args.text("since-time"),
    previous: call.args.on("previous") ? true : undefined,
    timestamps: call.args.on("timestamps") ? true : undefined,
  });
  const response = await transport.request({ method: "GET", path, headers: { accept: "*/*" }, signal: call.signal });
  if (response.status >= 300) throw statusErrorOf(response.status, await readBody(response.body));
  return bodyChunks(response.body);
}
