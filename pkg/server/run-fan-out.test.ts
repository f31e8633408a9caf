import { Duplex, type Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { channel, type ExecRequest, type ExecResult, encodeFrame, type RunMessage } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { type RunTarget, runOnAll } from "./run-fan-out.ts";
import { readRunRequest } from "./run-request.ts";

/** A machine's end of an exec stream. */
class FakeCommand extends Duplex {
  readonly uid: string;
  readonly request: ExecRequest;

  constructor(uid: string, request: ExecRequest) {
    super();
    this.uid = uid;
    this.request = request;
  }

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
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
  readonly messages: Readable;
  /** Commands that were begun, in order. */
  readonly commands: FakeCommand[];
  readonly stop: AbortController;
}

const named = (count: number): RunTarget[] =>
  Array.from({ length: count }, (_, index) => ({ resource: `m${index}`, resourceUid: `uid-${index}` }));

function start(
  targets: readonly RunTarget[],
  request: Readonly<Record<string, unknown>> = {},
  begin: (command: FakeCommand) => void = () => undefined,
): Bench {
  const commands: FakeCommand[] = [];
  const stop = new AbortController();
  const exec = async (uid: string, asked: ExecRequest): Promise<Duplex> => {
    const command = new FakeCommand(uid, asked);
    commands.push(command);
    begin(command);
    return command;
  };
  const messages = runOnAll(targets, readRunRequest({ argv: ["x"], selector: "", ...request }), {
    clock: new FakeClock(),
    exec,
    signal: stop.signal,
  });
  return { messages, commands, stop };
}

async function all(messages: Readable): Promise<RunMessage[]> {
  const found: RunMessage[] = [];
  for await (const message of messages) found.push(message as RunMessage);
  return found;
}

const text = (base64: string): string => Buffer.from(base64, "base64").toString();

describe("one command on many machines", () => {
  test("tells whom it asks, each answer as it comes, and the end", async () => {
    const { messages, commands } = start(named(2));
    const told = all(messages);
    await expect.poll(() => commands.length).toBe(2);
    commands[1]?.say("out").say("err", channel.stderr).finish({ exitCode: 3 });
    commands[0]?.finish({ exitCode: 0 });
    const [targets, first, second, end] = await told;
    expect(targets).toEqual({ type: "targets", resources: ["m0", "m1"] });
    expect(first).toMatchObject({ type: "result", resource: "m1", exitCode: 3 });
    expect(first?.type === "result" && [text(first.stdout), text(first.stderr)]).toEqual(["out", "err"]);
    expect(second).toMatchObject({ resource: "m0", exitCode: 0, stdout: "" });
    expect(end).toEqual({ type: "end" });
  });

  test("nobody to ask is no fault", async () => {
    expect(await all(start([]).messages)).toEqual([{ type: "targets", resources: [] }, { type: "end" }]);
  });

  test("asks for what was asked, in the claim's directory where it is one's", async () => {
    const target = { resource: "m0", resourceUid: "uid-0", claim: "web-0", claimUid: "uid-web-0" };
    const request = { argv: ["ls", "-l"], env: { A: "1" }, user: "root", timeoutMs: 500 };
    const { messages, commands } = start([target], request, (command) => command.finish({ exitCode: 0 }));
    expect((await all(messages))[1]).toMatchObject({ resource: "m0", claim: "web-0" });
    expect(commands[0]?.request).toEqual({ ...request, stdin: false, claimUid: "uid-web-0" });
  });

  test("never more at a time than allowed", async () => {
    const { messages, commands } = start(named(5), { maxConcurrent: 2 });
    const told = all(messages);
    for (let finished = 0; finished < 5; finished++) {
      await expect.poll(() => commands.length).toBe(Math.min(5, finished + 2));
      commands[finished]?.finish({ exitCode: 0 });
    }
    expect(await told).toHaveLength(7);
    expect(commands.map(({ uid }) => uid)).toEqual(["uid-0", "uid-1", "uid-2", "uid-3", "uid-4"]);
  });

  test.each<[string, (command: FakeCommand) => void, Readonly<Record<string, unknown>>]>([
    ["timed out", (it) => it.finish({ reason: "Timeout", message: "ended after 1s" }), { error: "ended after 1s" }],
    ["ended by a signal", (it) => it.finish({ signal: "KILL" }), { signal: "KILL" }],
    [
      "cut",
      (it) => void it.say("half").push(null),
      { error: "the connection to the machine broke", stdout: "aGFsZg==" },
    ],
    ["broken", (it) => void it.destroy(new Error("ECONNRESET")), { error: "ECONNRESET" }],
    [
      "not reached",
      () => {
        throw new StatusError("Unreachable", "m0 is not connected");
      },
      { error: "m0 is not connected" },
    ],
    ["babble", (it) => void it.say("{", channel.result).push(null), { error: expect.stringContaining("JSON") }],
  ])("%s", async (_name, begin, expected) => {
    const [, result, end] = await all(start(named(1), {}, begin).messages);
    expect(result).toMatchObject({ type: "result", resource: "m0", ...expected });
    expect(result).not.toHaveProperty("exitCode");
    expect(end).toEqual({ type: "end" });
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
    const [, result] = await all(start(named(1), { maxOutputBytes: 4 }, begin).messages);
    expect(result?.type === "result" && [text(result.stdout), result.truncated]).toEqual([kept, truncated]);
  });

  test("when the client goes, what runs is given up and nothing more is begun", async () => {
    const { messages, commands, stop } = start(named(4), { maxConcurrent: 2 });
    const told = all(messages);
    told.catch(() => undefined);
    await expect.poll(() => commands.length).toBe(2);
    stop.abort();
    await expect.poll(() => commands.every(({ destroyed }) => destroyed)).toBe(true);
    await expect(told).rejects.toThrow(/abort/i);
    expect(commands).toHaveLength(2);
  });

  test("the same where nobody reads", async () => {
    const { messages, commands } = start(named(2), { maxConcurrent: 1 });
    await expect.poll(() => commands.length).toBe(1);
    messages.destroy();
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
    [
      "all memory",
      { argv: ["a"], pool: "lab", maxOutputBytes: 1e12 },
      "maxOutputBytes must be a whole number from 0 to 67108864",
    ],
  ])("%s is refused", (_name, body, message) => {
    expect(() => readRunRequest(body)).toThrow(message);
  });
});
