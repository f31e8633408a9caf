import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { channel, type ExecRequest, type ExecResult, encodeFrame, FrameDecoder } from "../protocol/index.ts";
import { findByVariable } from "./shim/process-table.ts";
import type { AgentClient } from "./testing/agent-client.ts";
import { claimOrder, claimUid, documentOf, processOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

/** Of this file alone: agents find by it what descends from a process, and others' tests run at the same time. */
const uid = randomUUID();
const eventually = { timeout: 10_000, interval: 20 };

async function started(change: Parameters<typeof processOrder>[0] = {}) {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  await client.put(documentOf([claimOrder({ processes: [processOrder({ uid, ...change })] })]));
  await expect.poll(() => client.process(claimUid, uid)?.state, eventually).toMatch(/Ready|Exited/);
  return { agent, client };
}

/** What comes on each channel of a stream of frames. */
function frames(client: AgentClient, method: string, path: string, headers: Record<string, string> = {}) {
  const stream = client.open(method, path, headers);
  const decoder = new FrameDecoder();
  const texts: Record<number, string> = {};
  let status = 0;
  stream.on("response", (head) => {
    status = Number(head[":status"]);
  });
  stream.on("data", (chunk: Buffer) => {
    if (status !== 200) return;
    for (const { channel: id, payload } of decoder.push(chunk))
      texts[id] = (texts[id] ?? "") + Buffer.from(payload).toString();
  });
  const result = new Promise<ExecResult>((resolve) => {
    stream.once("end", () => resolve(JSON.parse(texts[channel.result] ?? "{}") as ExecResult));
  });
  return { stream, texts, result, status: () => status };
}

function exec(client: AgentClient, request: Partial<ExecRequest>) {
  const whole = { argv: ["true"], stdin: false, timeoutMs: 0, ...request };
  return frames(client, "POST", "/v1/exec", { "x-exec": Buffer.from(JSON.stringify(whole)).toString("base64url") });
}

test("attach: what is printed from now on, and how it ends", async () => {
  const argv = ["sh", "-c", "echo before; while [ ! -e go ]; do sleep 0.02; done; echo after; exit 3"];
  const { agent, client } = await started({ argv });
  const attached = frames(client, "GET", `/v1/attach/${uid}`);
  attached.stream.end();
  await expect.poll(attached.status, eventually).toBe(200);
  appendFileSync(agent.path("claims", claimUid, "work", "go"), "");
  expect(await attached.result).toEqual({ exitCode: 3 });
  expect(attached.texts[channel.stdout]).toBe("after\n");
  const halted = processOrder({ uid, argv, intent: "Stop" });
  await client.put(documentOf([claimOrder({ processes: [halted] })], { generation: 2 }));
  const again = async (): Promise<unknown> => (await client.request("GET", `/v1/attach/${uid}`)).text;
  await expect.poll(again, eventually).toContain("the process is not running");
  expect((await client.request("GET", "/v1/attach/none")).status).toBe(404);
});

test("a port of a process, by name and number: bytes in both directions, each of which ends by itself", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let asked = "";
    socket.on("data", (chunk) => {
      asked += String(chunk);
    });
    socket.on("end", () => socket.end(`you said ${asked}`));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const { client } = await started({ ports: [{ name: "http", port }] });
  for (const query of [
    `port=http&process=${uid}`,
    `port=${port}&process=${uid}`,
    `port=http&claim=${claimUid}`,
    `port=${port}`,
  ])
    expect(await client.request("POST", `/v1/connect?${query}`, "hello")).toMatchObject({
      status: 200,
      text: "you said hello",
    });
  const unknown = await client.request("POST", `/v1/connect?port=smtp&process=${uid}`);
  expect(unknown).toMatchObject({ status: 404, body: { message: `unknown port "smtp": there are http (${port})` } });
  expect((await client.request("POST", "/v1/connect?port=http&process=none")).status).toBe(404);
  server.close();
  const refused = await client.request("POST", `/v1/connect?port=http&process=${uid}`);
  expect(refused).toMatchObject({ status: 502, body: { message: expect.stringContaining("connection refused") } });
});

test.each([undefined, { rows: 24, columns: 80 }])(
  "what a command has started goes with its client, terminal %j",
  async (tty) => {
    if (tty !== undefined && !existsSync("/usr/bin/script")) return;
    const { client } = await started();
    const mark = `${process.pid}-${String(tty?.rows)}`;
    const stubborn = "trap '' HUP TERM; while :; do sleep 0.05; done";
    const argv = ["sh", "-c", `sh -c "${stubborn}" & echo ready; ${stubborn}`];
    const left = exec(client, { argv, env: { PLUSH_TEST_MARK: mark }, ...(tty && { tty }) });
    await expect.poll(() => left.texts[channel.stdout]?.trim(), eventually).toBe("ready");
    const alive = (): number => findByVariable("PLUSH_TEST_MARK", `${mark}\0`).length;
    expect(alive()).toBeGreaterThanOrEqual(2);
    left.stream.close(8);
    await expect.poll(alive, eventually).toBe(0);
  },
);

test("what is no frame, or no size, ends the command and not the agent", async () => {
  const { client } = await started();
  for (const nonsense of [Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), encodeFrame(channel.resize, Buffer.from("{"))]) {
    const running = exec(client, { argv: ["sleep", "1000"], stdin: true });
    await expect.poll(running.status, eventually).toBe(200);
    const closed = new Promise((resolve) => running.stream.once("close", resolve));
    running.stream.write(nonsense);
    await closed;
  }
  expect(await exec(client, { argv: ["true"] }).result).toEqual({ exitCode: 0 });
});
