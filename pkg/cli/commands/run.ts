import type { HttpClient } from "../../client/index.ts";
import { controlRun, PrintedPieces, RunTally, runStream } from "../../operations/index.ts";
import type { RunMessage, RunRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { chooseMachines } from "../run/choose-machines.ts";
import { feedInput, wholeInput } from "../run/feed-input.ts";
import { GroupsView } from "../run/groups-view.ts";
import { JsonView } from "../run/json-view.ts";
import { LinesView } from "../run/lines-view.ts";
import { OutputFiles } from "../run/output-files.ts";
import type { RunView } from "../run/view.ts";
import { UsageError } from "../usage-error.ts";

const defaultTimeoutMs = 60_000;
/** Enough to read, and too little to fill the memory of whoever asks a thousand machines. */
const maxOutputBytes = 256 * 1024;
/** A server that does not say that all is stopped is left: it stops everything then, if it still runs. */
const stopMs = 5000;
const interrupted = 130;

export const runCommand: Command = {
  usage: "run NAME ... | pool/NAME | application/NAME | -l SELECTOR | --all -- COMMAND [ARGUMENT ...]",
  summary: "Runs a command on many machines at once, and groups equal answers.",
  completes: "resources",
  flags: [
    { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "machines with these labels" },
    { name: "pool", type: "text", value: "NAME", help: "machines of this pool" },
    { name: "app", type: "text", value: "NAME", help: "members of this application, in their directories" },
    { name: "all", type: "switch", help: "every machine" },
    { name: "timeout", type: "duration", help: "for each machine; 0 is none (default 1m)" },
    { name: "max", type: "number", help: "so many at the same time (default all)" },
    { name: "stdin", short: "i", type: "switch", help: "give each command this standard input" },
    { name: "sudo", type: "switch", help: "as root" },
    { name: "user", short: "u", type: "text", value: "NAME", help: "as this user of the machines" },
    { name: "output-dir", type: "text", value: "DIR", help: "write each machine's output to DIR/NAME.out and .err" },
    {
      name: "output",
      short: "o",
      type: "text",
      choices: ["groups", "lines", "json"],
      value: "FORMAT",
      help: "groups on a terminal, lines as they come elsewhere",
    },
  ],
  examples: [
    "plush run pool/lab -- uname -sr",
    "plush run n[1-40,55] --timeout 5s -o lines -- uptime",
    "plush run application/web -i -- sh -s <script.sh",
  ],
  async run(call) {
    const argv = call.args.rest;
    if (argv === undefined || argv.length === 0) throw new UsageError("give the command after --");
    const run = new Run(call, await call.session.client());
    return run.go(argv);
  },
};

type Format = "groups" | "lines" | "json";

function formatOf({ args, terminal }: Invocation): Format {
  const asked = args.text("output");
  if (asked === "groups" || asked === "lines" || asked === "json") return asked;
  return terminal.stdio.stdout.isTTY === true ? "groups" : "lines";
}

class Run {
  readonly #call: Invocation;
  readonly #client: HttpClient;
  readonly #format: Format;
  readonly #files: OutputFiles | undefined;
  readonly #tally = new RunTally();
  readonly #pieces = new PrintedPieces(maxOutputBytes);
  readonly #view: RunView;
  /** Aborted when nothing more is waited for. */
  readonly #left = new AbortController();
  #run: string | undefined;
  #feeding: Promise<void> | undefined;

  constructor(call: Invocation, client: HttpClient) {
    this.#call = call;
    this.#client = client;
    this.#format = formatOf(call);
    const directory = call.args.text("output-dir");
    this.#files = directory === undefined ? undefined : new OutputFiles(directory);
    this.#view = this.#makeView();
  }

  async go(argv: readonly string[]): Promise<number> {
    const { signal } = this.#call;
    const request = await this.#request(argv);
    const onInterrupt = (): void => void this.#stop();
    signal.addEventListener("abort", onInterrupt, { once: true });
    try {
      signal.throwIfAborted();
      for await (const message of runStream(this.#client.transport, request, this.#left.signal))
        await this.#take(message);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", onInterrupt);
      this.#left.abort();
      this.#view.finish();
    }
    await this.#feeding;
    return this.#conclude();
  }

  async #request(argv: readonly string[]): Promise<RunRequest> {
    const { args, terminal } = this.#call;
    const user = args.on("sudo") ? "root" : args.text("user");
    const maxConcurrent = args.number("max") ?? 0;
    const takesInput = args.on("stdin") && maxConcurrent === 0;
    return {
      ...(await chooseMachines(this.#call)),
      ...{ argv, maxConcurrent, maxOutputBytes },
      timeoutMs: args.duration("timeout") ?? defaultTimeoutMs,
      ...(user !== undefined && { user }),
      ...(takesInput && { takesInput }),
      ...(args.on("stdin") && !takesInput && { input: await wholeInput(terminal.stdio.stdin) }),
      ...((this.#format === "lines" || this.#files !== undefined) && { streams: true }),
    };
  }

  #makeView(): RunView {
    const { terminal, clock } = this.#call;
    switch (this.#format) {
      case "groups":
        return new GroupsView(terminal, clock, this.#tally);
      case "lines":
        return new LinesView(terminal);
      case "json":
        return new JsonView(terminal);
    }
  }

  async #take(message: RunMessage): Promise<void> {
    switch (message.type) {
      case "targets": {
        if (message.targets.length === 0) throw new StatusError("NotFound", "no machines found");
        this.#run = message.run;
        this.#tally.expect(message.targets);
        this.#files?.begin(message.targets);
        this.#feed(message.run);
        break;
      }
      case "output":
        this.#files?.add(message);
        if (this.#format !== "lines") this.#pieces.add(message);
        await this.#view.output(message);
        break;
      case "result":
        this.#tally.take(message);
        this.#view.result(message, this.#pieces.of(message));
        break;
      case "end":
        break;
    }
  }

  #feed(run: string): void {
    const { args, terminal } = this.#call;
    if (!args.on("stdin") || args.has("max")) return;
    this.#feeding = feedInput(terminal.stdio.stdin, this.#client.transport, run, this.#left.signal).catch(
      (error: unknown) => terminal.error(`standard input: ${StatusError.from(error).message}`),
    );
  }

  /** Waits for what each machine says to it; a second Ctrl-C ends this program at once. */
  async #stop(): Promise<void> {
    const { clock, terminal } = this.#call;
    const run = this.#run;
    if (run === undefined) {
      this.#left.abort();
      return;
    }
    terminal.note(`stopping the command on ${this.#tally.waiting.size} of ${this.#tally.expected} hosts`);
    clock.setTimer(stopMs, () => this.#left.abort());
    await controlRun(this.#client.transport, { run, stop: true }, this.#left.signal).catch(() => this.#left.abort());
  }

  #conclude(): number {
    const { terminal, signal } = this.#call;
    const [first, ...reasons] = this.#tally.summary;
    if (first !== undefined) terminal.error(first);
    for (const reason of reasons) terminal.note(reason);
    if (signal.aborted && this.#tally.waiting.size > 0)
      terminal.error(
        `left before ${this.#tally.waiting.size} hosts had answered; the server stops the command on them`,
      );
    return signal.aborted ? interrupted : this.#tally.exitCode;
  }
}
