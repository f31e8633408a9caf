import { Duplex, type Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import {
  channel,
  type ExecRequest,
  type ExecResult,
  encodeFrame,
  FrameDecoder,
  type RunMessage,
  type RunResult,
} from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { FanOut, type RunPlace } from "./fan-out.ts";
import { FedCommand } from "./fed-command.ts";
import { readRunControl, readRunRequest } from "./request.ts";

/** A machine's end of an exec stream. */
class FakeCommand extends Duplex {
  readonly uid: string;
  readonly request: ExecRequest;
  /** What it was given to read, and "EOF". */
  input = "";
  /** Does not read. */
  isStuck = false;
  readonly #decoder = new FrameDecoder();

  constructor(uid: string, request: ExecRequest) {
    super({ writableHighWaterMark: 1 });
    this.uid = uid;
    this.request = request;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const { payload } of this.#decoder.push(chunk))
      this.input += payload.length === 0 ? "EOF" : Buffer.from(payload).toString();
    if (!this.isStuck) done();
  }

  say(text: string, id: number = channel.stdout): this {
    this.push(encodeFrame(id, Buffer.from(text)));
    return this;
  }

  finish(result: ExecResult): void {
    this.say(JSON.stringify(result), channel.result);
    this.push(null);
  }
}

interface Bench {
  readonly run: FanOut;
  readonly clock: FakeClock;
  /** Commands that were begun, in order. */
  readonly commands: FakeCommand[];
}

const named = (count: number): RunPlace[] =>
  Array.from({ length: count }, (_, index) => ({ resource: `m${index}`, resourceUid: `uid-${index}` }));

function start(
  places: readonly RunPlace[],
  request: Readonly<Record<string, unknown>> = {},
  begin: (command: FakeCommand) => void = () => undefined,
): Bench {
  const commands: FakeCommand[] = [];
  const clock = new FakeClock();
  const exec = async (uid: string, asked: ExecRequest): Promise<Duplex> => {
    const command = new FakeCommand(uid, asked);
    commands.push(command);
    begin(command);
    return command;
  };
  const whyAway = (uid: string): string | undefined => (uid === "away" ? "not connected: no beat" : undefined);
  const asked = readRunRequest({ argv: ["x"], selector: "", ...request });
  // What has no input is not opened by who asks; a machine's end of it is the same.
  const run: Fabric["run"] = (uid, order, take) => new FedCommand(() => exec(uid, { ...order, stdin: false }), take);
  return { run: new FanOut("run-1", places, asked, { clock, fabric: { exec, run }, whyAway }), commands, clock };
}

async function all(output: Readable): Promise<RunMessage[]> {
  let told = "";
  for await (const chunk of output) told += chunk;
  return told
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as RunMessage);
}

const text = (base64: string): string => Buffer.from(base64, "base64").toString();

function results(messages: readonly RunMessage[]): RunResult[] {
  return messages.filter((message) => message.type === "result");
}

describe("one command on many machines", () => {
  test("tells whom it asks, each answer as it comes, and the end", async () => {
    const { run, commands } = start(named(2));
    const told = all(run.output);
    await expect.poll(() => commands.length).toBe(2);
    commands[1]?.say("out").say("err", channel.stderr).finish({ exitCode: 3 });
    await new Promise((resolve) => setImmediate(resolve));
    commands[0]?.finish({ exitCode: 0 });
    const [targets, first, second, end] = await told;
    expect(targets).toEqual({ type: "targets", run: "run-1", targets: [{ resource: "m0" }, { resource: "m1" }] });
    expect(first).toMatchObject({ type: "result", resource: "m1", exitCode: 3 });
    expect(first?.type === "result" && [text(first.stdout), text(first.stderr)]).toEqual(["out", "err"]);
    expect(second).toMatchObject({ resource: "m0", exitCode: 0, stdout: "" });
    expect(end).toEqual({ type: "end" });
  });

  test("nobody to ask is no fault", async () => {
    expect(await all(start([]).run.output)).toEqual([{ type: "targets", run: "run-1", targets: [] }, { type: "end" }]);
  });

  test("machines that are not connected are told before anything else, and not asked", async () => {
    const places = [...named(1), { resource: "m9", resourceUid: "away" }];
    const { run, commands } = start(places, {}, (command) => command.finish({ exitCode: 0 }));
    const [, first, second] = await all(run.output);
    expect(first).toMatchObject({ resource: "m9", reason: "Unreachable", error: "not connected: no beat" });
    expect(second).toMatchObject({ resource: "m0", exitCode: 0 });
    expect(commands.map(({ uid }) => uid)).toEqual(["uid-0"]);
  });

  test("asks for what was asked, in the claim's directory where it is one's", async () => {
    const place = { resource: "m0", resourceUid: "uid-0", claim: "web-0", claimUid: "uid-web-0" };
    const request = { argv: ["ls", "-l"], env: { A: "1" }, user: "root", timeoutMs: 500 };
    const { run, commands } = start([place], request, (command) => command.finish({ exitCode: 0 }));
    expect((await all(run.output))[1]).toMatchObject({ resource: "m0", claim: "web-0" });
    expect(commands[0]?.request).toEqual({ ...request, stdin: false, claimUid: "uid-web-0" });
  });

  test("never more at a time than allowed", async () => {
    const { run, commands } = start(named(5), { maxConcurrent: 2 });
    const told = all(run.output);
    for (let finished = 0; finished < 5; finished++) {
      await expect.poll(() => commands.length).toBe(Math.min(5, finished + 2));
      commands[finished]?.finish({ exitCode: 0 });
    }
    expect(await told).toHaveLength(7);
    expect(commands.map(({ uid }) => uid)).toEqual(["uid-0", "uid-1", "uid-2", "uid-3", "uid-4"]);
  });

  test.each<[string, (command: FakeCommand) => void, Readonly<Record<string, unknown>>]>([
    [
      "timed out",
      (it) => it.finish({ reason: "Timeout", message: "took too long", signal: "SIGKILL" }),
      { reason: "Timeout", error: "timed out after 5s, and was killed" },
    ],
    ["ended by a signal", (it) => it.finish({ signal: "SIGKILL" }), { signal: "SIGKILL" }],
    [
      "no such program",
      (it) => it.finish({ reason: "NotFound", message: "no such command: x" }),
      { reason: "NotFound", error: "no such command: x" },
    ],
    [
      "cut",
      (it) => void it.say("half").push(null),
      { reason: "Unreachable", error: "the connection to the machine broke", stdout: "aGFsZg==" },
    ],
    ["broken", (it) => void it.destroy(new Error("ECONNRESET")), { reason: "Failed", error: "ECONNRESET" }],
    [
      "not reached",
      () => {
        throw new StatusError("Unreachable", "m0 is not connected");
      },
      { reason: "Unreachable", error: "m0 is not connected" },
    ],
    [
      "babble",
      (it) => void it.say("{", channel.result).push(null),
      { reason: "Failed", error: expect.stringContaining("JSON") },
    ],
  ])("%s", async (_name, begin, expected) => {
    const [, result, end] = await all(start(named(1), { timeoutMs: 5000 }, begin).run.output);
    expect(result).toMatchObject({ type: "result", resource: "m0", ...expected });
    expect(result).not.toHaveProperty("exitCode");
    expect(end).toEqual({ type: "end" });
  });

  test("a machine that does not even say that the time is over is not waited for", async () => {
    const { run, commands, clock } = start(named(2), { timeoutMs: 5000 });
    const told = all(run.output);
    await expect.poll(() => commands.length).toBe(2);
    commands[0]?.finish({ exitCode: 0 });
    await clock.advance(7000);
    const [first, second] = results(await told);
    expect(first).toMatchObject({ resource: "m0", exitCode: 0 });
    expect(second).toMatchObject({ resource: "m1", reason: "Timeout", error: expect.stringContaining("within 5s") });
    expect(commands[1]?.destroyed).toBe(true);
  });

  test.each([
    ["shorter than the limit", ["abcd"], "abcd", undefined],
    ["longer: the end is kept", ["abc", "defg"], "defg", true],
    ["far longer, in many pieces", Array.from({ length: 100 }, (_, index) => String(index % 10)), "6789", true],
  ] as const)("output %s", async (_name, pieces, kept, truncated) => {
    const begin = (command: FakeCommand): void => {
      for (const piece of pieces) command.say(piece);
      command.finish({ exitCode: 0 });
    };
    const [, result] = await all(start(named(1), { maxOutputBytes: 4 }, begin).run.output);
    expect(result?.type === "result" && [text(result.stdout), result.truncated]).toEqual([kept, truncated]);
  });

  test("tells whole lines as they come where that is asked for", async () => {
    const { run, commands } = start(named(1), { streams: true });
    const told = all(run.output);
    await expect.poll(() => commands.length).toBe(1);
    commands[0]?.say("on").say("e\ntwo\nthr").say("oops\n", channel.stderr).say("ee").finish({ exitCode: 0 });
    const messages = await told;
    const outputs = messages.flatMap((each) => (each.type === "output" ? [[each.stream, text(each.data)]] : []));
    expect(outputs).toEqual([
      ["stdout", "one\ntwo\n"],
      ["stderr", "oops\n"],
      ["stdout", "three"],
    ]);
    expect(messages.at(-2)).toMatchObject({ type: "result", stdout: "", exitCode: 0 });
  });

  test("gives every command the same input, at the speed of the slowest, and does not wait for who has ended", async () => {
    const { run, commands } = start(named(3), { takesInput: true });
    const told = all(run.output);
    await expect.poll(() => commands.length).toBe(3);
    await run.feed(Buffer.from("one"));
    expect(commands.map(({ input }) => input)).toEqual(["one", "one", "one"]);
    const [stuck] = commands;
    if (stuck === undefined) throw new Error("no command");
    stuck.isStuck = true;
    let isTaken = false;
    const taken = run.feed(Buffer.from("two")).then(() => {
      isTaken = true;
    });
    await expect.poll(() => commands[2]?.input).toBe("onetwo");
    expect(isTaken).toBe(false);
    stuck.finish({ exitCode: 1 });
    await taken;
    await run.endInput();
    await expect.poll(() => commands[1]?.input).toBe("onetwoEOF");
    for (const command of commands.slice(1)) command.finish({ exitCode: 0 });
    expect(results(await told).map(({ exitCode }) => exitCode)).toEqual([1, 0, 0]);
  });

  test("input that comes with the request reaches those too that begin late", async () => {
    const request = { input: Buffer.from("in").toString("base64"), maxConcurrent: 1 };
    const { run, commands } = start(named(2), request);
    const told = all(run.output);
    for (let count = 0; count < 2; count++) {
      await expect.poll(() => commands[count]?.input).toBe("inEOF");
      commands[count]?.finish({ exitCode: 0 });
    }
    await told;
    expect(commands[1]?.request.stdin).toBe(true);
  });

  test("when it is stopped, what runs is given up, nothing more is begun, and each machine is told of", async () => {
    const { run, commands } = start(named(4), { maxConcurrent: 2 });
    const told = all(run.output);
    await expect.poll(() => commands.length).toBe(2);
    run.stop();
    expect(results(await told).map(({ reason, error }) => [reason, error])).toEqual([
      ["Stopped", "stopped"],
      ["Stopped", "stopped"],
      ["Stopped", "stopped before it began"],
      ["Stopped", "stopped before it began"],
    ]);
    expect(commands.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  test("the same where nobody reads", async () => {
    const { run, commands } = start(named(2), { maxConcurrent: 1 });
    await expect.poll(() => commands.length).toBe(1);
    run.output.destroy();
    await expect.poll(() => commands[0]?.destroyed).toBe(true);
    expect(commands).toHaveLength(1);
  });
});

describe("a request", () => {
  test("has defaults", () => {
    expect(readRunRequest({ argv: ["ls"], pool: "lab" })).toEqual({
      argv: ["ls"],
      pool: "lab",
      timeoutMs: 0,
      maxConcurrent: 0,
      maxOutputBytes: 1 << 20,
    });
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "a RunRequest is expected"],
    ["a list", [], "a RunRequest is expected"],
    ["no command", { pool: "lab" }, "argv must be a list of words with at least one"],
    ["an empty command", { argv: [], pool: "lab" }, "argv must be a list of words with at least one"],
    ["a number as a word", { argv: ["a", 1], pool: "lab" }, "argv must be a list of words with at least one"],
    ["nobody", { argv: ["a"] }, "exactly one of resources, selector, pool and application is to be given"],
    [
      "two ways",
      { argv: ["a"], pool: "lab", selector: "" },
      "exactly one of resources, selector, pool and application is to be given",
    ],
    ["a strange application", { argv: ["a"], application: "web" }, "application must be {namespace, name}"],
    ["a strange environment", { argv: ["a"], pool: "lab", env: { A: 1 } }, "env must be texts by name"],
    ["a negative time", { argv: ["a"], pool: "lab", timeoutMs: -1 }, "timeoutMs must be a whole number, 0 or more"],
    [
      "half a machine",
      { argv: ["a"], pool: "lab", maxConcurrent: 0.5 },
      "maxConcurrent must be a whole number, 0 or more",
    ],
    ["no number", { argv: ["a"], pool: "lab", maxConcurrent: null }, "maxConcurrent must be a whole number, 0 or more"],
    ["two inputs", { argv: ["a"], pool: "lab", input: "", takesInput: true }, "takesInput goes with neither"],
    ["input for who comes late", { argv: ["a"], pool: "lab", maxConcurrent: 1, takesInput: true }, "takesInput goes"],
    ["strange input", { argv: ["a"], pool: "lab", input: "%" }, "input must be base64"],
    [
      "all memory",
      { argv: ["a"], pool: "lab", maxOutputBytes: 1e12 },
      "maxOutputBytes must be a whole number from 0 to 67108864",
    ],
  ])("%s is refused", (_name, body, message) => {
    expect(() => readRunRequest(body)).toThrow(message);
  });
});

describe("a control", () => {
  test.each<[string, unknown, string]>([
    ["nothing", undefined, "a RunControl is expected"],
    ["of no run", { stop: true }, "run must be a text"],
    ["that does not stop", { run: "x", stop: false }, "stop must be true"],
  ])("%s is refused", (_name, body, message) => {
    expect(() => readRunControl(body)).toThrow(message);
  });
});
