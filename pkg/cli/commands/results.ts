import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { kinds, type Process, type ProcessResult } from "../../api/index.ts";
import { eachLimited } from "../../client/index.ts";
import { AnswerGroups, endingOf, type Answer as GroupedAnswer } from "../../operations/index.ts";
import { resultNames } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { answerNames, isPrinted } from "../answer-names.ts";
import type { Command, Invocation } from "../command.ts";
import { printAnswers } from "../run/print-answers.ts";
import { openLog } from "../streams/open-log.ts";
import { processesOf } from "../streams/processes-of.ts";
import { type Located, oneTarget } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

/** So many are read at the same time. */
const concurrency = 16;

export const resultsCommand: Command = {
  usage: "results application/NAME | phase/NAME | process/NAME",
  summary: "What processes that have ended, and items of work, printed and left.",
  completes: "targets",
  flags: [
    {
      name: "dir",
      type: "text",
      value: "DIR",
      help: "write all of it to DIR/PROCESS/log, …/stdout, …/stderr and …/files/…; of items to DIR/item-N/…",
    },
    {
      name: "output",
      short: "o",
      type: "text",
      choices: ["json"],
      value: "FORMAT",
      help: "one JSON line a process or item",
    },
  ],
  examples: ["plush results application/collect", "plush results phase/job-count --dir counts"],
  async run(call) {
    if (call.args.positional.length === 0) throw new UsageError("whose? application/NAME, phase/NAME or process/NAME");
    const target = await oneTarget(call, call.args.positional);
    if (target.kind.kind === kinds.Phase.kind && (await isWork(call, target)))
      return (await import("./item-results.ts")).itemResults(call, target);
    const processes = await chosenProcesses(call, target);
    if (processes.length === 0) throw new StatusError("NotFound", "no processes found");
    const directory = call.args.text("dir");
    const answers = await eachLimited(processes, concurrency, async (process): Promise<Answer> => {
      if (directory !== undefined) await writeResults(call, process, join(directory, nameOf(process)));
      return { process, printed: await readPrinted(call, process) };
    });
    if (call.args.has("output")) for (const answer of answers) call.terminal.out(JSON.stringify(jsonOf(answer)));
    else if (directory === undefined) printGroups(call, answers);
    return report(call, processes);
  },
};

interface Answer {
  readonly process: Process;
  /** Its log, or its streams, by name. */
  readonly printed: ReadonlyMap<string, Buffer>;
}

async function isWork(call: Invocation, { namespace, name }: Located): Promise<boolean> {
  return (await (await call.session.client()).get(kinds.Phase, { namespace, name })).spec.work !== undefined;
}

async function chosenProcesses(call: Invocation, { kind, namespace, name }: Located): Promise<readonly Process[]> {
  if (kind.kind === kinds.Process.kind)
    return [await (await call.session.client()).get(kinds.Process, { namespace, name })];
  return processesOf(call, kind, { namespace, name });
}

function nameOf({ metadata }: Process): string {
  return metadata.name ?? "";
}

/** What is shown; as JSON, all of it. */
async function readPrinted(call: Invocation, process: Process): Promise<ReadonlyMap<string, Buffer>> {
  const names = (process.status?.results ?? []).map(({ name }) => name);
  const wanted = call.args.has("output") ? names.filter(isPrinted) : answerNames(names);
  return new Map(
    await Promise.all(wanted.map(async (name) => [name, await readResult(call, process, { name })] as const)),
  );
}

async function readResult(call: Invocation, process: Process, { name }: Pick<ProcessResult, "name">): Promise<Buffer> {
  const key = { namespace: process.metadata.namespace ?? "", name: nameOf(process) };
  const chunks: Uint8Array[] = [];
  for await (const chunk of await openLog(call, key, { result: name })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function writeResults(call: Invocation, process: Process, directory: string): Promise<void> {
  for (const result of process.status?.results ?? []) {
    // Names come from machines.
    if (result.name.split("/").some((part) => part === ".." || part === ""))
      throw new StatusError(
        "BadRequest",
        `${nameOf(process)} left a file with the name ${JSON.stringify(result.name)}`,
      );
    const path = join(directory, result.name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await readResult(call, process, result));
  }
}

/** Processes of the same answer are named by their machines, where each has one of its own. */
function printGroups({ terminal }: Invocation, answers: readonly Answer[]): void {
  const machines = answers.map(({ process }) => process.status?.resourceName);
  const areAlone = !machines.includes(undefined) && new Set(machines).size === machines.length;
  const groups = new AnswerGroups();
  for (const answer of answers) {
    const name = areAlone ? answer.process.status?.resourceName : undefined;
    groups.add(name ?? nameOf(answer.process), shownAnswer(answer));
  }
  printAnswers(terminal, groups);
}

function shownAnswer({ process, printed }: Answer): GroupedAnswer {
  const { collected, results = [], exitCode = 0, signal } = process.status ?? {};
  if (collected === undefined) return { ok: false, text: "", ending: "nothing has been fetched yet" };
  const files = results.filter(({ name }) => !isPrinted(name)).map(fileLine);
  const cutStreams = results.filter(({ name, truncated }) => name !== resultNames.log && isPrinted(name) && truncated);
  const lines = [
    ...[...printed.values()].map((bytes) => bytes.toString().replace(/\n+$/, "")),
    ...cutStreams.map(({ name, size }) => `${name}: only the first ${size} bytes were kept`),
    ...files,
    ...(collected.missing === undefined ? [] : [`missing: ${collected.missing}`]),
    ...(collected.finishedAt === undefined && collected.missing === undefined ? ["it had not ended"] : []),
  ];
  const cut = printed.has(resultNames.log) && isCut(results, resultNames.log) ? "… (cut)\n" : "";
  return {
    ok: signal === undefined && exitCode === 0,
    text: cut + lines.filter((line) => line !== "").join("\n"),
    ending: endingOf(signal === undefined ? { exitCode } : { signal }),
  };
}

function isCut(results: readonly ProcessResult[], result: string): boolean {
  return results.some(({ name, truncated }) => name === result && truncated === true);
}

function fileLine({ name, size, digest, truncated }: ProcessResult): string {
  return `${name}: ${size} bytes${truncated === true ? " (cut)" : ""}, ${digest.slice(0, "sha256:".length + 12)}`;
}

function jsonOf({ process, printed }: Answer) {
  const { collected, results = [], exitCode, signal, resourceName } = process.status ?? {};
  return {
    process: nameOf(process),
    resource: resourceName,
    exitCode,
    signal,
    log: "",
    ...Object.fromEntries([...printed].map(([name, bytes]) => [name, bytes.toString()])),
    results,
    collected,
  };
}

/** 1 where something could not be had. */
function report({ terminal }: Invocation, processes: readonly Process[]): number {
  const lacking = processes.filter(
    ({ status }) => status?.collected === undefined || status.collected.missing !== undefined,
  );
  if (lacking.length === 0) return 0;
  terminal.error(`incomplete: ${lacking.length} of ${processes.length} processes`);
  return 1;
}
