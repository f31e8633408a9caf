import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import {
  agentRun,
  channel,
  type ExecResult,
  encodeFrame,
  encodeLane,
  FrameDecoder,
  laneAnswerBytes,
  laneChannel,
  laneMessage,
} from "../protocol/index.ts";
import { KeptCommands } from "./exec/kept-commands.ts";
import type { AgentClient } from "./testing/agent-client.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };
const kept = { id: "one", received: 0, agentRun: "" };

async function started() {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  await expect.poll(() => client.host, eventually).toBeDefined();
  const run = agentRun(client.host as NonNullable<AgentClient["host"]>);
  return { agent, client, run };
}

/** Asks for a command, or for the rest of one, and reads what comes of its frames. */
function ask(
  client: AgentClient,
  argv: readonly string[],
  wanted: { readonly id?: string; readonly received?: number; readonly agentRun: string },
) {
  const request = { argv, stdin: false, timeoutMs: 0, kept: { ...kept, ...wanted } };
  const header = Buffer.from(JSON.stringify(request)).toString("base64url");
  const stream = client.open("POST", "/v1/exec", { "x-exec": header });
  const seen = { stream, bytes: Buffer.alloc(0), status: 0 };
  stream.once("response", (head) => {
    seen.status = Number(head[":status"]);
  });
  stream.on("data", (chunk: Buffer) => {
    seen.bytes = Buffer.concat([seen.bytes, chunk]);
  });
  return seen;
}

/** The request over which many commands are asked for, and what has come of each by its number. */
function openLane(client: AgentClient, run: string) {
  const stream = client.open("POST", "/v1/commands", {});
  const decoder = new FrameDecoder();
  const said = new Map<number, Buffer>();
  /** As "apart 3" and "refused 4", with what is told. */
  const words: string[] = [];
  stream.on("data", (chunk: Buffer) => {
    for (const { channel: id, command, payload } of decoder.push(chunk).map(laneMessage)) {
      if (id === laneChannel.frames) said.set(command, Buffer.concat([bytesOf(command), payload]));
      else words.push(`${id === laneChannel.apart ? "apart" : "refused"} ${command} ${Buffer.from(payload)}`.trim());
    }
  });
  const bytesOf = (command: number): Buffer => said.get(command) ?? Buffer.alloc(0);
  return {
    words,
    bytesOf,
    send: (...frames: Uint8Array[]) => stream.write(Buffer.concat(frames)),
    start(command: number, argv: readonly string[], wanted: object = {}) {
      const asked = {
        argv,
        stdin: false,
        timeoutMs: 0,
        kept: { ...kept, id: `lane-${command}`, agentRun: run, ...wanted },
      };
      return encodeLane(laneChannel.start, command, Buffer.from(JSON.stringify(asked)));
    },
  };
}

function read(bytes: Buffer): { readonly out: string; readonly result: ExecResult | undefined } {
  const frames = new FrameDecoder().push(bytes);
  const text = (id: number): string =>
    frames.flatMap((frame) => (frame.channel === id ? [Buffer.from(frame.payload).toString()] : [])).join("");
  const result = text(channel.result);
  return { out: text(channel.stdout), result: result === "" ? undefined : (JSON.parse(result) as ExecResult) };
}

test("a command goes on when its connection is lost, and another one gets the rest of what it prints", async () => {
  const { agent, client, run } = await started();
  const starts = join(agent.directory, "starts");
  const script = `echo x >>${starts}; for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; exit 4`;
  const first = ask(client, ["sh", "-c", script], { agentRun: run });
  await expect.poll(() => read(first.bytes).out, eventually).toContain("2\n");
  client.close();
  // From the middle of a frame.
  const had = first.bytes.subarray(0, 8);
  const second = ask(await agent.connect(), ["sh", "-c", script], { agentRun: run, received: had.length });
  const all = () => read(Buffer.concat([had, second.bytes]));
  await expect.poll(() => all().result, eventually).toEqual({ exitCode: 4 });
  expect(all().out).toBe("1\n2\n3\n4\n5\n");
  expect(readFileSync(starts, "utf8")).toBe("x\n");
});

test("one that has ended meanwhile tells it to who comes", async () => {
  const { agent, client, run } = await started();
  const done = join(agent.directory, "done");
  const argv = ["sh", "-c", `sleep 0.1; echo said; touch ${done}`];
  const first = ask(client, argv, { agentRun: run });
  await expect.poll(() => first.status, eventually).toBe(200);
  client.close();
  await expect.poll(() => existsSync(done), eventually).toBe(true);
  const second = ask(await agent.connect(), argv, { agentRun: run });
  await expect.poll(() => read(second.bytes), eventually).toEqual({ out: "said\n", result: { exitCode: 0 } });
});

test("one that prints much waits for its reader, and loses nothing", async () => {
  const { agent, client, run } = await started();
  const size = 3 << 20;
  const argv = ["sh", "-c", `head -c ${size} /dev/zero | tr '\\0' x`];
  const first = ask(client, argv, { agentRun: run });
  await expect.poll(() => first.bytes.length, eventually).toBeGreaterThanOrEqual(1 << 20);
  // Nothing is acknowledged: no more than a window comes, with what was read from the pipe at once.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(first.bytes.length).toBeLessThan((1 << 20) + (256 << 10));
  client.close();
  let received = first.bytes;
  const second = ask(await agent.connect(), argv, { agentRun: run, received: received.length });
  second.stream.on("data", () => {
    received = Buffer.concat([first.bytes, second.bytes]);
    second.stream.write(encodeFrame(channel.received, Buffer.from(String(received.length))));
  });
  await expect.poll(() => read(received).result, eventually).toBeDefined();
  expect(read(received)).toEqual({ out: "x".repeat(size), result: { exitCode: 0 } });
});

test("one that is cancelled ends at once, though it could be kept", async () => {
  const { client, run } = await started();
  const running = ask(client, ["sh", "-c", "echo $$; exec sleep 600"], { agentRun: run });
  await expect.poll(() => read(running.bytes).out, eventually).not.toBe("");
  const pid = read(running.bytes).out.trim();
  running.stream.close(8);
  await expect.poll(() => existsSync(`/proc/${pid}`), eventually).toBe(false);
});

test("another run of the agent does not know whether the former began, and begins nothing", async () => {
  const { agent, client, run } = await started();
  const starts = join(tmpdir(), `plush-kept-${process.pid}`);
  const asked = ask(client, ["touch", starts], { agentRun: `${run} earlier` });
  await expect.poll(() => asked.status, eventually).toBe(409);
  expect(String(asked.bytes)).toContain("it is not known whether the command ran");
  expect(existsSync(starts)).toBe(false);
  const tty = { rows: 1, columns: 1 };
  const request = { argv: ["true"], stdin: true, timeoutMs: 0, tty, kept: { ...kept, agentRun: run } };
  const header = Buffer.from(JSON.stringify(request)).toString("base64url");
  const { status } = await (await agent.connect()).request("POST", "/v1/exec", "", { "x-exec": header });
  expect(status).toBe(400);
});

test("many are asked for over one request, each answers by its number, and is forgotten once that is acknowledged", async () => {
  const { agent, client, run } = await started();
  const lane = openLane(client, run);
  const starts = join(agent.directory, "starts");
  const script = `echo x >>${starts}; echo out; echo err >&2; exit 3`;
  lane.send(lane.start(1, ["sh", "-c", script]), lane.start(2, ["no-such-program"]), lane.start(3, ["sleep", "600"]));
  await expect.poll(() => read(lane.bytesOf(1)), eventually).toEqual({ out: "out\n", result: { exitCode: 3 } });
  await expect.poll(() => read(lane.bytesOf(2)).result, eventually).toMatchObject({ reason: "NotFound" });
  // Who asks again for one that is not acknowledged gets its answer, and nothing runs twice.
  lane.send(lane.start(4, ["sh", "-c", script], { id: "lane-1" }));
  await expect.poll(() => read(lane.bytesOf(4)).result, eventually).toEqual({ exitCode: 3 });
  expect(readFileSync(starts, "utf8")).toBe("x\n");
  const received = Buffer.from(String(lane.bytesOf(4).length));
  lane.send(encodeLane(laneChannel.received, 4, received), lane.start(6, ["true"]));
  await expect.poll(() => read(lane.bytesOf(6)).result, eventually).toEqual({ exitCode: 0 });
  lane.send(lane.start(5, ["sh", "-c", script], { id: "lane-1" }));
  await expect.poll(() => readFileSync(starts, "utf8"), eventually).toBe("x\nx\n");
  expect(lane.bytesOf(3).length).toBe(0);
});

test("over such a request one that is cancelled ends, and one that is refused says why, without harm to others", async () => {
  const { client, run } = await started();
  const lane = openLane(client, run);
  lane.send(lane.start(1, ["sh", "-c", "echo $$; exec sleep 600"]), lane.start(2, ["true"], { agentRun: "earlier" }));
  lane.send(encodeLane(laneChannel.start, 3, Buffer.from("{")), lane.start(4, ["sh", "-c", "sleep 0.2; echo still"]));
  await expect.poll(() => lane.words, eventually).toHaveLength(2);
  expect(lane.words[0]).toMatch(/^refused 2 .*it is not known whether the command ran/);
  expect(lane.words[1]).toMatch(/^refused 3 .*not JSON/);
  await expect.poll(() => read(lane.bytesOf(1)).out, eventually).not.toBe("");
  const pid = read(lane.bytesOf(1)).out.trim();
  lane.send(encodeLane(laneChannel.cancel, 1));
  await expect.poll(() => existsSync(`/proc/${pid}`), eventually).toBe(false);
  await expect.poll(() => read(lane.bytesOf(4)), eventually).toEqual({ out: "still\n", result: { exitCode: 0 } });
});

test("B-RUN-6: one that has much to say has a request of its own for the rest, and others are not held up", async () => {
  const { client, run } = await started();
  const lane = openLane(client, run);
  const size = 3 << 20;
  const argv = ["sh", "-c", `echo first; sleep 0.1; head -c ${size} /dev/zero | tr '\\0' x`];
  lane.send(lane.start(1, argv));
  await expect.poll(() => lane.words, eventually).toEqual(["apart 1"]);
  const had = lane.bytesOf(1);
  expect(had.length).toBeLessThanOrEqual(laneAnswerBytes);
  lane.send(lane.start(2, ["echo", "here"]));
  await expect.poll(() => read(lane.bytesOf(2)), eventually).toEqual({ out: "here\n", result: { exitCode: 0 } });
  const rest = ask(client, argv, { id: "lane-1", agentRun: run, received: had.length });
  let received = had;
  rest.stream.on("data", () => {
    received = Buffer.concat([had, rest.bytes]);
    rest.stream.write(encodeFrame(channel.received, Buffer.from(String(received.length))));
  });
  await expect.poll(() => read(received).result, eventually).toBeDefined();
  expect(read(received)).toEqual({ out: `first\n${"x".repeat(size)}`, result: { exitCode: 0 } });
});

test("commands of such a request go on when the connection is lost, and tell the rest over another", async () => {
  const { agent, client, run } = await started();
  const lane = openLane(client, run);
  const argv = ["sh", "-c", "for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; exit 4"];
  lane.send(lane.start(1, argv));
  await expect.poll(() => read(lane.bytesOf(1)).out, eventually).toContain("2\n");
  client.close();
  const had = lane.bytesOf(1).subarray(0, 8);
  const other = openLane(await agent.connect(), run);
  other.send(other.start(1, argv, { received: had.length }));
  const all = () => read(Buffer.concat([had, other.bytesOf(1)]));
  await expect.poll(() => all().result, eventually).toEqual({ exitCode: 4 });
  expect(all().out).toBe("1\n2\n3\n4\n5\n");
});

test("one that nobody comes back for is given up after a minute", async () => {
  const clock = new FakeClock();
  const commands = new KeptCommands(clock, () => "run");
  const connection = { write: () => true, end: () => undefined, close: () => undefined };
  let isEnded = false;
  const wanted = { id: "one", received: 0, agentRun: "run" };
  const command = commands.take(wanted, connection, (started) => {
    started.once("close", () => {
      isEnded = true;
    });
  });
  command.lose(connection);
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(59_000);
  expect(isEnded).toBe(false);
  await clock.advance(2000);
  await expect.poll(() => isEnded, eventually).toBe(true);
});
