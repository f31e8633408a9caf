import { appendFileSync, existsSync } from "node:fs";
import { expect, test } from "vitest";
import { channel, type ExecRequest, type ExecResult, encodeFrame, FrameDecoder } from "../protocol/index.ts";
import type { AgentClient } from "./testing/agent-client.ts";
import { claimOrder, claimUid, documentOf, processOrder, processUid } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

async function started(change: Parameters<typeof processOrder>[0] = {}) {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  await client.put(documentOf([claimOrder({ processes: [processOrder(change)] })]));
  await expect.poll(() => client.process()?.state, eventually).toMatch(/Ready|Exited/);
  return { agent, client };
}

/** Opens an exec stream; `done` resolves with what came on each channel. */
function exec(client: AgentClient, change: Partial<ExecRequest>) {
  const request = { argv: ["true"], stdin: false, timeoutMs: 0, ...change };
  const header = Buffer.from(JSON.stringify(request)).toString("base64url");
  const stream = client.open("POST", "/v1/exec", { "x-exec": header });
  const decoder = new FrameDecoder();
  const texts: Record<number, string> = {};
  stream.on("data", (chunk: Buffer) => {
    for (const frame of decoder.push(chunk)) {
      texts[frame.channel] = (texts[frame.channel] ?? "") + Buffer.from(frame.payload).toString();
    }
  });
  const done = new Promise<{ result: ExecResult; out: string; err: string }>((resolve) => {
    stream.once("end", () => {
      stream.close();
      const result = JSON.parse(texts[channel.result] ?? "{}") as ExecResult;
      resolve({ result, out: texts[channel.stdout] ?? "", err: texts[channel.stderr] ?? "" });
    });
  });
  return { stream, texts, done };
}

test("logs: the end of them, following to the process's end, and those of the run before", async () => {
  const argv = [
    "sh",
    "-c",
    "echo run $PLUSH_RUN; echo two; while [ ! -e go ]; do sleep 0.02; done; rm go; echo last; exit 1",
  ];
  const { agent, client } = await started({ argv });
  expect((await client.request("GET", `/v1/logs/${processUid}?tail=1`)).text).toBe("two\n");
  expect((await client.request("GET", `/v1/logs/${processUid}?previous=true`)).status).toBe(404);
  expect((await client.request("GET", "/v1/logs/none")).status).toBe(404);
  const following = client.request("GET", `/v1/logs/${processUid}?follow=true`);
  appendFileSync(agent.path("claims", claimUid, "work", "go"), "");
  expect((await following).text).toBe(`run ${processUid}/1.1\ntwo\nlast\n`);
  await expect
    .poll(async () => (await client.request("GET", `/v1/logs/${processUid}?tail=2`)).text, eventually)
    .toContain(`${processUid}/1.2`);
  expect((await client.request("GET", `/v1/logs/${processUid}?previous=true`)).text).toContain(`run ${processUid}/1.1`);
  expect((await client.request("GET", `/v1/logs/${processUid}?timestamps=true`)).text).toMatch(/^20\d\d-.*Z run /);
});

test("a command runs beside a process, with its environment, arguments as they are, and both streams", async () => {
  const { client } = await started();
  const argv = ["sh", "-c", 'echo "$PLUSH_ORDINAL|$1|$X"; pwd >&2; exit 5', "sh", "a  b;*"];
  const { result, out, err } = await exec(client, { argv, processUid: processUid, env: { X: "x" } }).done;
  expect(out).toBe("0|a  b;*|x\n");
  expect(err).toMatch(/claims\/c1-\d+\/work\n$/);
  expect(result).toEqual({ exitCode: 5 });
  expect((await exec(client, { argv: ["pwd"], claimUid: claimUid }).done).out).toMatch(/claims\/c1-\d+\/work\n$/);
});

test("input reaches a command whole, and its end too", async () => {
  const { client } = await started();
  const { stream, done } = exec(client, { argv: ["sh", "-c", "wc -c; sleep 0.05"], stdin: true });
  for (let part = 0; part < 40; part++) stream.write(encodeFrame(channel.stdin, Buffer.alloc(100_000, "x")));
  stream.write(encodeFrame(channel.stdin, Buffer.alloc(0)));
  expect((await done).out.trim()).toBe("4000000");
});

test("much output is not lost, and a child that keeps the pipe open holds nothing", async () => {
  const { client } = await started();
  const { done } = exec(client, { argv: ["sh", "-c", "sleep 1000 & echo $!; head -c 3000000 /dev/zero"] });
  const { out, result } = await done;
  expect(out.length).toBeGreaterThanOrEqual(3_000_000);
  expect(result).toEqual({ exitCode: 0 });
  process.kill(Number.parseInt(out, 10), "SIGKILL");
});

test("a command that does not exist, takes too long, or whose client goes away", async () => {
  const { agent, client } = await started();
  expect((await exec(client, { argv: ["no-such-program"] }).done).result).toMatchObject({ reason: "NotFound" });
  const slow = await exec(client, { argv: ["sh", "-c", "sleep 1000"], timeoutMs: 100 }).done;
  expect(slow.result).toMatchObject({ reason: "Timeout", signal: "SIGKILL" });
  const mark = agent.path("hung-up");
  const left = exec(client, {
    argv: ["sh", "-c", `trap 'touch "$1"; exit' HUP; echo ready; while :; do sleep 0.05; done`, "sh", mark],
  });
  await expect.poll(() => left.texts[channel.stdout], eventually).toBe("ready\n");
  left.stream.close(8);
  await expect.poll(() => existsSync(mark), eventually).toBe(true);
  expect((await exec(client, { argv: ["true"], processUid: "none" }).done).result).toMatchObject({
    reason: "NotFound",
  });
});

test.skipIf(!existsSync("/usr/bin/script"))("a terminal: its size, its resizing, its exit code", async () => {
  const { client } = await started();
  const argv = [
    "sh",
    "-c",
    'test -t 0 && stty size; echo "<$1>"; read line; until stty size | grep "22 55"; do sleep 0.02; done; exit 9',
    "sh",
    "a '\"$b",
  ];
  const { stream, texts, done } = exec(client, { argv, stdin: true, tty: { rows: 31, columns: 97 } });
  await expect.poll(() => texts[channel.stdout], eventually).toContain("<a '\"$b>");
  expect(texts[channel.stdout]).toContain("31 97");
  stream.write(encodeFrame(channel.resize, Buffer.from('{"Width":55,"Height":22}')));
  stream.write(encodeFrame(channel.stdin, Buffer.from("\n")));
  // The size arrives by a program of its own.
  const { result, out } = await done;
  expect(out).toContain("22 55");
  expect(result.exitCode).toBe(9);
});
