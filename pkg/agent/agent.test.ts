import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeSealKeys } from "../seal/index.ts";
import { sendSignal } from "../signal/index.ts";
import { findByVariable, readStat } from "./shim/process-table.ts";
import { AgentClient } from "./testing/agent-client.ts";
import { claimOrder, claimUid, documentOf, otherUid, processOrder, processUid } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

async function started(change: ConstructorParameters<typeof TestAgent>[0] = {}) {
  const agent = new TestAgent(change);
  await agent.start();
  return { agent, client: await agent.connect() };
}

test("a process runs, is reported, stops", async () => {
  const { client } = await started();
  expect((await client.put(documentOf([claimOrder()]))).body).toEqual({ term: 1, generation: 1 });
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  const pid = client.process()?.pid ?? 0;
  expect(readFileSync(`/proc/${pid}/cmdline`, "latin1")).toBe("sleep\x001000\0");
  await client.put(documentOf([claimOrder({ intent: "Stop" })], { generation: 2 }));
  await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
  expect(client.process()).toMatchObject({ exitCode: 143, signal: "SIGTERM" });
  expect(client.claims.get(claimUid)?.state).toBe("Configured");
});

test("only this agent's server is obeyed, and never an older document", async () => {
  const { agent, client } = await started();
  const rude = new AgentClient(agent.path("run", "agent.sock"), agent.keys.privateKey);
  expect((await rude.put(documentOf([]))).status).toBe(403);
  expect((await rude.hello({ clusterUid: "other" })).status).toBe(409);
  rude.close();
  const forger = new AgentClient(agent.path("run", "agent.sock"), makeSealKeys().privateKey);
  expect((await forger.hello()).body).toMatchObject({ document: { term: 0, generation: 0 }, version: "test" });
  expect((await forger.put(documentOf([claimOrder()]))).status).toBe(403);
  forger.close();
  expect((await client.put(documentOf([], { resourceUid: "other" }))).status).toBe(403);
  expect((await client.put(documentOf([claimOrder({ uid: "../c" })]))).status).toBe(422);
  expect((await client.put(documentOf([], { term: 2, generation: 5 }))).status).toBe(200);
  expect((await client.put(documentOf([], { term: 2, generation: 5 }))).status).toBe(200);
  expect((await client.put(documentOf([], { term: 2, generation: 4 }))).status).toBe(409);
  expect((await client.put(documentOf([], { term: 1, generation: 9 }))).status).toBe(409);
  expect((await client.put(documentOf([], { term: 3, generation: 1 }))).status).toBe(200);
});

test("B-RST-5: who is obeyed ends the connections of servers before it, whatever these still ask for", async () => {
  const { agent, client: old } = await started();
  await old.put(documentOf([claimOrder({ processes: [processOrder()] })]));
  const restored = new AgentClient(agent.path("run", "agent.sock"), agent.keys.privateKey);
  await restored.hello({ term: 2 });
  // To be greeted is no proof: until a document has come that is signed, both are heard.
  expect(old.session.destroyed).toBe(false);
  expect((await restored.put(documentOf([claimOrder({ processes: [processOrder()] })], { term: 2 }))).status).toBe(200);
  await expect.poll(() => old.session.destroyed, eventually).toBe(true);
  const again = new AgentClient(agent.path("run", "agent.sock"), agent.keys.privateKey);
  expect((await again.hello({ term: 1 })).body).toMatchObject({ document: { term: 2 } });
  expect(restored.session.destroyed).toBe(false);
  again.close();
  restored.close();
});

test("processes outlive the agent and are adopted, with the exit status of those that ended meanwhile", async () => {
  const { agent, client } = await started();
  const waits = ["sh", "-c", "while [ ! -e go ]; do sleep 0.02; done; exit 7"];
  const processes = [processOrder(), processOrder({ uid: otherUid, argv: waits, restartPolicy: "Never" })];
  await client.put(documentOf([claimOrder({ processes })]));
  await expect.poll(() => client.process(claimUid, otherUid)?.state, eventually).toBe("Ready");
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  const pid = client.process()?.pid;
  await agent.stop();
  writeFileSync(agent.path("claims", claimUid, "work", "go"), "");
  await agent.start();
  const next = await agent.connect();
  await expect.poll(() => next.process(claimUid, otherUid)?.state, eventually).toBe("Exited");
  expect(next.process(claimUid, otherUid)?.exitCode).toBe(7);
  // Nothing but "Ready" was ever said of the one that went on.
  const told = next.messages.flatMap((message) => ("claims" in message ? message.claims : []));
  const states = told.flatMap(({ processes: all }) =>
    all.filter(({ uid }) => uid === processUid).map(({ state }) => state),
  );
  expect(new Set(states)).toEqual(new Set(["Ready"]));
  expect(next.process()).toMatchObject({ pid, restarts: 0 });
});

test("a claim that is not named goes on as an orphan, over a restart and with an empty database too", async () => {
  const { agent, client } = await started();
  await client.put(documentOf([claimOrder()]));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  const pid = client.process()?.pid;
  await client.put(documentOf([], { term: 5, generation: 0 }));
  await expect.poll(() => client.claims.get(claimUid)?.orphan, eventually).toBe(true);
  await agent.stop();
  await agent.start();
  const next = await agent.connect();
  await expect.poll(() => next.claims.get(claimUid)?.orphan, eventually).toBe(true);
  expect(next.process()).toMatchObject({ state: "Ready", pid });
});

test("another revision replaces a run; at most once holds for each", async () => {
  const { agent, client } = await started();
  const order = (revision: string) =>
    processOrder({ restartPolicy: "Never", revision, argv: ["sh", "-c", `echo ${revision} >> ran; exec sleep 1000`] });
  const put = (generation: number, revision: string, intent: "Run" | "Stop" = "Run") =>
    client.put(documentOf([claimOrder({ processes: [order(revision)], intent })], { generation }));
  await put(1, "r1");
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  await put(2, "r1", "Stop");
  await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
  await put(3, "r1");
  await put(4, "r2");
  await expect.poll(() => client.process()?.revision, eventually).toBe("r2");
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(readFileSync(agent.path("claims", claimUid, "work", "ran"), "utf8")).toBe("r1\nr2\n");
});

test("B-REC-1: a process that crashes is restarted at once, then after a wait, then given up", async () => {
  const { client } = await started();
  const argv = ["sh", "-c", "echo broken because of this >&2; exit 3"];
  await client.put(documentOf([claimOrder({ processes: [processOrder({ argv, maxRestarts: 2 })] })]));
  await expect.poll(() => [client.process()?.restarts, client.process()?.state], eventually).toEqual([2, "Pending"]);
  expect(client.process()).toMatchObject({ state: "Pending", exitCode: 3, output: "broken because of this" });
  expect(client.process()?.nextStartAt).toBeDefined();
  await expect.poll(() => client.process()?.state, eventually).toBe("Failed");
  expect(client.process()).toMatchObject({ reason: "RestartsExhausted", restarts: 2 });
});

const aHundred = { name: "A", value: "a".repeat(100_000) };

test.each([
  ["that does not exist", { argv: ["no-such-program"] }, "CommandNotFound"],
  ["that is no program", { argv: ["/etc/passwd"] }, "CommandNotExecutable"],
  [
    "with a secret among its arguments",
    { argv: ["echo", "$(KEY)"], env: [{ name: "KEY", value: "x", secret: true }] },
    "SecretInArguments",
  ],
  ["with an argument that became too long", { argv: ["echo", "$(A)$(A)"], env: [aHundred] }, "ArgumentTooLong"],
  [
    "with more than the machine takes at all",
    { argv: ["echo", ...Array(25).fill("a".repeat(100_000))] },
    "ArgumentTooLong",
  ],
  ["as a user who does not exist", { user: "nobody-at-all" }, "UserNotFound"],
])("a command %s tells its reason", async (_name, change, reason) => {
  const { client } = await started();
  await client.put(documentOf([claimOrder({ processes: [processOrder({ restartPolicy: "Never", ...change })] })]));
  await expect.poll(() => client.process()?.reason, eventually).toBe(reason);
});

test("a host that was started anew lost its processes: by policy they run again, or are told as lost", async () => {
  const { agent, client } = await started({ bootIdentity: "boot-1" });
  const processes = [processOrder(), processOrder({ uid: otherUid, restartPolicy: "Never" })];
  await client.put(documentOf([claimOrder({ processes })]));
  await expect.poll(() => client.process(claimUid, otherUid)?.state, eventually).toBe("Ready");
  await agent.stop();
  for (const pid of findByVariable("PLUSH_CLAIM_UID", `${claimUid}\0`)) {
    if (readFileSync(`/proc/${pid}/environ`, "latin1").includes(agent.directory)) sendSignal(pid, "SIGKILL");
  }
  await agent.start({ bootIdentity: "boot-2" });
  const next = await agent.connect();
  await expect.poll(() => next.process()?.state, eventually).toBe("Ready");
  expect(next.process()?.restarts).toBe(1);
  await expect.poll(() => next.process(claimUid, otherUid)?.state, eventually).toMatch(/Failed|Exited/);
});

test("B-FIL-1: environment, arguments and chosen ports are what the order says", async () => {
  const { agent, client } = await started();
  const peer = { ordinal: 2, address: "10.0.0.7", ports: {}, resource: "m2", epoch: 1, ready: true };
  const order = processOrder({
    restartPolicy: "Never",
    ports: [{ name: "http-alt", port: 0 }],
    env: [
      { name: "A", value: "a b" },
      { name: "B", value: "<$(A)>" },
      { name: "S", value: "$(A)", secret: true },
      { name: "mode", value: "prod" },
      { name: "files", value: "many" },
    ],
    argv: [
      "sh",
      "-c",
      'for word; do echo "$word"; done > args; env > env',
      "sh",
      "$(B)",
      "$$(A)",
      "$(NONE)",
      "*",
      "a b",
    ],
  });
  const peers = { revision: 4, components: { servers: [peer] } };
  await client.put(documentOf([claimOrder({ processes: [order], peers, epoch: 1 })]));
  await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
  const work = (name: string): string => readFileSync(agent.path("claims", claimUid, "work", name), "utf8");
  expect(work("args")).toBe("<a b>\n$(A)\n$(NONE)\n*\na b\n");
  const lines = work("env").split("\n");
  const port = client.process()?.ports["http-alt"];
  expect(port).toBeGreaterThan(1024);
  expect(lines).toEqual(
    expect.arrayContaining([
      "S=$(A)",
      "mode=prod",
      "files=many",
      "PLUSH_ORDINAL=0",
      "PLUSH_COMPONENT=servers",
      "PLUSH_APPLICATION=app",
      "PLUSH_PHASE=serve",
      "PLUSH_PROCESS=server",
      "PLUSH_EPOCH=1",
      "PLUSH_RESOURCE=m1",
      "PLUSH_ADDRESS=127.0.0.1",
      "PLUSH_PEERS=,,10.0.0.7",
      "PLUSH_PEERS_SERVERS=,,10.0.0.7",
      "PLUSH_REPLICAS=3",
      `PLUSH_PORT_HTTP_ALT=${port}`,
      `HOME=${agent.path("claims", claimUid, "work")}`,
    ]),
  );
  const file = lines.find((line) => line.startsWith("PLUSH_PEERS_FILE="))?.slice("PLUSH_PEERS_FILE=".length) ?? "";
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ revision: 4, components: { servers: [peer] } });
  await client.put(
    documentOf([claimOrder({ processes: [order], peers: { ...peers, revision: 5 } })], { generation: 2 }),
  );
  await expect.poll(() => JSON.parse(readFileSync(file, "utf8")).revision, eventually).toBe(5);
});

test("B-HEA-1: a process is ready when its probe says so, and restarted when it is found dead", async () => {
  const { agent, client } = await started();
  const probe = { periodMs: 50, timeoutMs: 500, successThreshold: 1, failureThreshold: 2 };
  const server = `
    const { existsSync } = require("node:fs");
    require("node:http").createServer((request, response) => {
      response.statusCode = existsSync(request.url.slice(1)) ? 200 : 503;
      response.end();
    }).listen(process.env.PLUSH_PORT_WEB, process.env.PLUSH_ADDRESS);`;
  const order = processOrder({
    argv: [process.execPath, "-e", server],
    ports: [{ name: "web", port: 0 }],
    startupProbe: { ...probe, failureThreshold: 100, tcpSocket: { port: "web" } },
    readinessProbe: { ...probe, httpGet: { path: "/ready", port: "web", scheme: "HTTP", headers: [] } },
    livenessProbe: { ...probe, exec: { command: ["test", "!", "-e", "dead"] } },
  });
  await client.put(documentOf([claimOrder({ processes: [order] })]));
  await expect.poll(() => client.process()?.reason, eventually).toBe("NotReady");
  expect(client.process()).toMatchObject({ state: "Running" });
  const work = (name: string): string => agent.path("claims", claimUid, "work", name);
  writeFileSync(work("ready"), "");
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  const pid = client.process()?.pid;
  writeFileSync(work("dead"), "");
  await expect.poll(() => client.process()?.restarts, eventually).toBeGreaterThan(0);
  const { rmSync } = await import("node:fs");
  rmSync(work("dead"));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(client.process()?.pid).not.toBe(pid);
});

test("B-FIL-6: who does not heed the signal is killed after the timeout, with what it left behind", async () => {
  const { agent, client } = await started();
  const argv = ["sh", "-c", "trap '' TERM; setsid sleep 1000 & echo $! > child; while :; do sleep 1; done"];
  const stop = { before: ["touch", "before"], delayMs: 0, signal: "TERM", timeoutMs: 200 };
  const order = processOrder({ argv, stop });
  await client.put(documentOf([claimOrder({ processes: [order] })]));
  const child = agent.path("claims", claimUid, "work", "child");
  await expect.poll(() => existsSync(child) && readFileSync(child, "utf8") !== "", eventually).toBe(true);
  await client.put(documentOf([claimOrder({ processes: [{ ...order, intent: "Stop" }] })], { generation: 2 }));
  await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
  expect(client.process()?.exitCode).toBe(137);
  expect(existsSync(agent.path("claims", claimUid, "work", "before"))).toBe(true);
  const orphan = Number(readFileSync(child, "utf8"));
  await expect.poll(() => readStat(orphan)?.state ?? "Z", eventually).toBe("Z");
});

test("B-FIL-21: stop.before, then the delay, then the signal, and ready no more from the beginning", async () => {
  const { agent, client } = await started();
  const argv = ["sh", "-c", "trap 'date +%s%3N > signalled; exit 0' TERM; while :; do sleep 0.05; done"];
  const before = ["sh", "-c", "date +%s%3N > before; while [ ! -e seen ]; do sleep 0.02; done; date +%s%3N > after"];
  const order = processOrder({ argv, stop: { before, delayMs: 300, signal: "TERM", timeoutMs: 5000 } });
  await client.put(documentOf([claimOrder({ processes: [order] })]));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  await client.put(documentOf([claimOrder({ processes: [{ ...order, intent: "Stop" }] })], { generation: 2 }));
  await expect.poll(() => client.process()?.state, eventually).toBe("Stopping");
  const work = (name: string): string => agent.path("claims", claimUid, "work", name);
  writeFileSync(work("seen"), "");
  await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
  const at = (name: string): number => Number(readFileSync(work(name), "utf8"));
  expect(client.process()?.exitCode).toBe(0);
  expect(at("signalled") - at("after")).toBeGreaterThanOrEqual(290);
});

test.skipIf(process.getuid?.() !== 0)("a process runs as the user it names, in a directory it can use", async () => {
  const { agent, client } = await started();
  chmodSync(join(agent.directory, ".."), 0o755);
  const order = processOrder({
    user: "nobody",
    restartPolicy: "Never",
    argv: ["sh", "-c", 'id -un > who; echo "$mode $A" >> who; env | grep -c PACKED >> who'],
    env: [
      { name: "mode", value: "prod" },
      { name: "A", value: "a 'b\"\n$(c)", secret: true },
    ],
  });
  await client.put(documentOf([claimOrder({ processes: [order] })]));
  await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
  expect(client.process()?.output).toBeUndefined();
  expect(readFileSync(agent.path("claims", claimUid, "work", "who"), "utf8")).toBe("nobody\nprod a 'b\"\n$(c)\n0\n");
});

test.skipIf(process.getuid?.() !== 0)(
  "where the agent is root by sudo, processes and commands are whose login it was",
  async () => {
    const nobody = Number(readFileSync("/etc/passwd", "utf8").match(/^nobody:[^:]*:(\d+):/m)?.[1]);
    const { agent, client } = await started({ socketUid: nobody });
    chmodSync(join(agent.directory, ".."), 0o755);
    const order = processOrder({ restartPolicy: "Never", argv: ["sh", "-c", "id -u > who"] });
    await client.put(documentOf([claimOrder({ processes: [order] })]));
    await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
    expect(readFileSync(agent.path("claims", claimUid, "work", "who"), "utf8")).toBe(`${nobody}\n`);
  },
);
