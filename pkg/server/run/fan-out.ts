import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../clock/index.ts";
import type { Fabric, RunningCommand, RunOrder, TakeOutput } from "../../fabric/index.ts";
import type { RunMessage, RunRequest, RunResult, RunTarget } from "../../protocol/index.ts";
import { WholeLines } from "../../streams/index.ts";
import { MessageLane } from "../message-lane.ts";
import { FedCommand } from "./fed-command.ts";
import { OneRun, type RunEnding } from "./one-run.ts";
import { OutputTail } from "./output-tail.ts";

/** A machine, or a claim on it, on which a command is to run. */
export interface RunPlace extends RunTarget {
  readonly resourceUid: string;
  readonly claimUid?: string;
}

export interface RunPorts {
  readonly clock: Clock;
  readonly fabric: Pick<Fabric, "exec" | "run">;
  /** Why the machine cannot be asked now, for people; undefined where it can. */
  readonly whyAway: (resourceUid: string) => string | undefined;
}

/** So many commands are begun before others have their turn: beats must be heard meanwhile. */
const begunAtOnce = 64;

/** What a result says of what was printed. */
type Printed = Pick<RunResult, "stdout" | "stderr" | "truncated">;
const nothing: Printed = { stdout: "", stderr: "" };

/**
 * One command on all places, at most `maxConcurrent` at a time: a stream of RunMessages, each answer as it comes. Places
 * that cannot be reached are told first. Once stopped, or when the reader has gone, no command is begun, and those that
 * run are given up.
 */
export class FanOut {
  readonly #places: readonly RunPlace[];
  readonly #request: RunRequest;
  readonly #ports: RunPorts;
  readonly #lane = new MessageLane();
  readonly #open = new Set<OneRun>();
  readonly #fedCommands = new Set<FedCommand>();
  /** What came with the request; each command reads it. */
  readonly #input: Buffer | undefined;
  #fed: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(run: string, places: readonly RunPlace[], request: RunRequest, ports: RunPorts) {
    this.#places = places;
    this.#request = request;
    this.#ports = ports;
    this.#input = request.input === undefined ? undefined : Buffer.from(request.input, "base64");
    this.#lane.output.once("close", () => this.stop());
    void this.#tell({ type: "targets", run, targets: places.map(targetOf) });
    void this.#run();
  }

  /** Lines of JSON. */
  get output(): Readable {
    return this.#lane.output;
  }

  stop(): void {
    this.#isStopped = true;
    for (const one of this.#open) one.stop();
  }

  /** Resolves when every command that runs has taken it. */
  async feed(input: Uint8Array): Promise<void> {
    this.#fed = this.#fed.then(() => Promise.all([...this.#fedCommands].map((one) => one.feed(input))));
    await this.#fed;
  }

  async endInput(): Promise<void> {
    this.#fed = this.#fed.then(() => Promise.all([...this.#fedCommands].map((one) => one.endInput())));
    await this.#fed;
  }

  async #run(): Promise<void> {
    const reached: RunPlace[] = [];
    for (const place of this.#places) {
      const why = this.#ports.whyAway(place.resourceUid);
      if (why === undefined) reached.push(place);
      else void this.#tell(resultOf(place, { reason: "Unreachable", error: why }, nothing, 0));
    }
    const rest = reached.values();
    const workers = this.#request.maxConcurrent > 0 ? this.#request.maxConcurrent : reached.length;
    const work: Promise<void>[] = [];
    for (let count = 0; count < Math.min(workers, reached.length); count++) {
      if (count % begunAtOnce === begunAtOnce - 1) await nextTurn();
      work.push(this.#work(rest));
    }
    await Promise.all(work);
    await this.#tell({ type: "end" });
    this.#lane.end();
  }

  async #work(rest: Iterable<RunPlace>): Promise<void> {
    for (const place of rest) await this.#runOn(place);
  }

  async #runOn(place: RunPlace): Promise<void> {
    if (this.#isStopped) {
      await this.#tell(resultOf(place, { reason: "Stopped", error: "stopped before it began" }, nothing, 0));
      return;
    }
    const { clock } = this.#ports;
    const { streams, maxOutputBytes, timeoutMs } = this.#request;
    const printed = streams === true ? this.#passedOn(place) : gathered(maxOutputBytes);
    const start = clock.monotonic();
    const one = new OneRun(this.#begin(place, printed.take), timeoutMs, clock);
    this.#open.add(one);
    const ending = await one.ended;
    this.#open.delete(one);
    const told = printed.end();
    await this.#tell(resultOf(place, ending, told, Math.round(clock.monotonic() - start)));
  }

  #begin(place: RunPlace, take: TakeOutput): RunningCommand {
    const { fabric } = this.#ports;
    const order = orderOf(place, this.#request);
    const input = this.#input;
    if (input === undefined && this.#request.takesInput !== true) return fabric.run(place.resourceUid, order, take);
    const fed = new FedCommand(() => fabric.exec(place.resourceUid, { ...order, stdin: true }), take);
    this.#fedCommands.add(fed);
    const forget = (): void => void this.#fedCommands.delete(fed);
    fed.ended.then(forget, forget);
    if (input !== undefined) void fed.feed(input).then(() => fed.endInput());
    return fed;
  }

  /** Lines as they come. */
  #passedOn(place: RunPlace): Printing {
    const lines = { stdout: new WholeLines(), stderr: new WholeLines() };
    const tell = (stream: "stdout" | "stderr", bytes: Buffer | undefined): Promise<void> | undefined =>
      bytes && this.#tell({ type: "output", ...targetOf(place), stream, data: bytes.toString("base64") });
    return {
      take: (name, bytes) => tell(name, lines[name].push(bytes)),
      end: () => {
        for (const name of ["stdout", "stderr"] as const) void tell(name, lines[name].rest());
        return nothing;
      },
    };
  }

  #tell(message: RunMessage): Promise<void> | undefined {
    return this.#lane.put(message);
  }
}

interface Printing {
  readonly take: TakeOutput;
  /** What is left to be told. */
  readonly end: () => Printed;
}

/** The ends of what is printed. */
function gathered(maxBytes: number): Printing {
  const tails = { stdout: new OutputTail(maxBytes), stderr: new OutputTail(maxBytes) };
  return {
    take: (name, bytes) => {
      tails[name].push(bytes);
      return undefined;
    },
    end: () => ({
      stdout: tails.stdout.bytes.toString("base64"),
      stderr: tails.stderr.bytes.toString("base64"),
      ...((tails.stdout.isTruncated || tails.stderr.isTruncated) && { truncated: true }),
    }),
  };
}

function targetOf({ resource, claim }: RunPlace): RunTarget {
  return { resource, ...(claim !== undefined && { claim }) };
}

function resultOf(place: RunPlace, ending: RunEnding, printed: Printed, durationMs: number): RunResult {
  return { type: "result", ...targetOf(place), ...ending, ...printed, durationMs };
}

function orderOf({ claimUid }: RunPlace, request: RunRequest): RunOrder {
  const { argv, timeoutMs, env, user } = request;
  return {
    ...{ argv, timeoutMs },
    ...(claimUid !== undefined && { claimUid }),
    ...(env !== undefined && { env }),
    ...(user !== undefined && { user }),
  };
}
