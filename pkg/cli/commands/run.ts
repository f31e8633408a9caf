import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRequest, RunResult } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { type AnswerGroup, AnswerGroups, answerOf, groupTitle } from "../run/answer-groups.ts";
import { runStream } from "../run/run-stream.ts";
import { UsageError } from "../usage-error.ts";

const defaultTimeoutMs = 60_000;
/** Enough to read, and too little to fill the memory of whoever asks a thousand machines. */
const maxOutputBytes = 256 * 1024;

export const runCommand: Command = {
  usage: "run -l SELECTOR | --pool POOL | --app APPLICATION | --all [RESOURCE ...] -- COMMAND [ARGUMENT ...]",
  summary: "Runs a command on many machines at once, and groups equal answers.",
  completes: "resources",
  flags: [
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "machines with these labels" },
    { name: "pool", type: "text", value: "NAME", help: "machines of this pool" },
    { name: "app", type: "text", value: "NAME", help: "machines of this application, in its directories" },
    { name: "all", type: "switch", help: "every machine" },
    { name: "timeout", type: "duration", help: "for each machine (default 1m)" },
    { name: "max", type: "number", help: "so many at the same time (default all)" },
    { name: "sudo", type: "switch", help: "as root" },
    { name: "user", short: "u", type: "text", value: "NAME", help: "as this user of the machines" },
    { name: "output-dir", type: "text", value: "DIR", help: "write each machine's output to DIR/NAME.out and .err" },
    { name: "output", short: "o", type: "text", choices: ["json"], value: "FORMAT", help: "one JSON line a machine" },
  ],
  examples: ["plush run --pool lab -- uname -sr", "plush run --all --timeout 5s -- uptime"],
  async run(call) {
    const argv = call.args.rest;
    if (argv === undefined || argv.length === 0) throw new UsageError("give the command after --");
    const report = new RunReport(call);
    const { transport } = await call.session.client();
    for await (const message of runStream(transport, await requestOf(call, argv), call.signal)) {
      if (message.type === "targets") report.expect(message.resources.length);
      else if (message.type === "result") report.take(message);
    }
    return report.finish();
  },
};

async function requestOf(call: Invocation, argv: readonly string[]): Promise<RunRequest> {
  const user = call.args.on("sudo") ? "root" : call.args.text("user");
  return {
    ...(await machinesOf(call)),
    argv,
    timeoutMs: call.args.duration("timeout") ?? defaultTimeoutMs,
    maxConcurrent: call.args.number("max") ?? 0,
    maxOutputBytes,
    ...(user !== undefined && { user }),
  };
}

type Machines = Pick<RunRequest, "resources" | "selector" | "pool" | "application">;

async function machinesOf(call: Invocation): Promise<Machines> {
  const resources = call.args.positional.map((word) => word.replace(/^(resources?|res)\//, ""));
  const [selector, pool, app] = ["selector", "pool", "app"].map((name) => call.args.text(name));
  const ways: Machines[] = [
    ...(selector === undefined ? [] : [{ selector }]),
    ...(pool === undefined ? [] : [{ pool }]),
    ...(app === undefined ? [] : [{ application: { namespace: await call.session.namespace(), name: app } }]),
    ...(call.args.on("all") ? [{ selector: "" }] : []),
    ...(resources.length === 0 ? [] : [{ resources }]),
  ];
  const [way, ...more] = ways;
  if (way === undefined || more.length > 0) {
    throw new UsageError("choose machines by one of -l SELECTOR, --pool, --app, --all, or their names");
  }
  return way;
}

/** Answers are gathered so long before they are printed: equal ones that come close together are one group. */
const gatherMs = 1000;

/** Counts answers and prints them by groups, as they come. */
class RunReport {
  readonly #call: Invocation;
  #groups = new AnswerGroups();
  #cancelFlush: (() => void) | undefined;
  readonly #directory: string | undefined;
  readonly #json: boolean;
  #expected = 0;
  #answered = 0;
  #failed = 0;

  constructor(call: Invocation) {
    this.#call = call;
    this.#json = call.args.has("output");
    this.#directory = call.args.text("output-dir");
    if (this.#directory !== undefined) mkdirSync(this.#directory, { recursive: true });
  }

  expect(count: number): void {
    this.#expected = count;
    if (count === 0) throw new StatusError("NotFound", "no machines found");
  }

  take(result: RunResult): void {
    this.#answered++;
    const { ok } = answerOf(result);
    if (!ok) this.#failed++;
    if (this.#directory !== undefined) writeOutput(this.#directory, result);
    if (this.#json) this.#call.terminal.out(JSON.stringify(jsonOf(result)));
    else this.#gather(result);
  }

  #gather(result: RunResult): void {
    this.#groups.add(result);
    this.#cancelFlush ??= this.#call.clock.setTimer(gatherMs, () => this.#flush());
    const failed = this.#failed === 0 ? "" : `, ${this.#failed} failed`;
    this.#call.terminal.progress(`${this.#answered} of ${this.#expected} answered${failed}`);
  }

  finish(): number {
    this.#flush();
    if (this.#failed === 0) return 0;
    this.#call.terminal.error(`failed on ${this.#failed} of ${this.#expected} machines`);
    return 1;
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    for (const group of this.#groups.all) this.#print(group);
    this.#groups = new AnswerGroups();
  }

  #print(group: AnswerGroup): void {
    const { terminal } = this.#call;
    terminal.out(terminal.paint(group.answer.ok ? "green" : "red", groupTitle(group, terminal.width)));
    if (group.answer.text !== "") terminal.out(group.answer.text.replaceAll(/^/gm, "  "));
  }
}

function writeOutput(directory: string, result: RunResult): void {
  const name = join(directory, (result.claim ?? result.resource).replaceAll("/", "_"));
  writeFileSync(`${name}.out`, Buffer.from(result.stdout, "base64"));
  if (result.stderr !== "") writeFileSync(`${name}.err`, Buffer.from(result.stderr, "base64"));
}

function jsonOf({ type: _, stdout, stderr, ...rest }: RunResult) {
  const decode = (text: string): string => Buffer.from(text, "base64").toString("utf8");
  return { ...rest, stdout: decode(stdout), stderr: decode(stderr) };
}
