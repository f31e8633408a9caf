import { once } from "node:events";
import { Duplex } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { send } from "../../../test/support/send.ts";
import { dial, Machine, path, refusal, soon, started } from "../../../test/support/stream-server.ts";
import { openCommand } from "../../client/index.ts";
import { fetchTransport } from "../../client/portable.ts";
import { channel, type ExecRequest, encodeFrame } from "../../protocol/index.ts";

test("a command: what is asked for, its streams, its terminal's size, its exit code", async () => {
  const asked: ExecRequest[] = [];
  const machine = new Machine();
  const { server } = await started({
    exec: async (request) => {
      asked.push(request);
      return machine;
    },
  });
  const query =
    "command=sh&command=-c&command=a%20b&container=main&stdin=true&stdout=true&tty=true&env=A=b%3Dc&user=u&timeout=1m";
  const raw = dial(server, `${path}/exec?${query}`, ["v4.channel.k8s.io", "v5.channel.k8s.io"]);
  await once(raw.socket, "open");
  expect(raw.socket.protocol).toBe("v5.channel.k8s.io");
  raw.socket.send(Buffer.from('\u0004{"Width":97,"Height":31}\n'));
  raw.socket.send(Buffer.from("\u0000input"));
  raw.socket.send(Buffer.from("\u0004no size"));
  raw.socket.send(Buffer.from([0]));
  raw.socket.send(Buffer.from([255, 0]));
  await expect.poll(() => machine.heard, soon).toEqual(["0:input", "0:"]);
  expect(asked).toEqual([
    {
      argv: ["sh", "-c", "a b"],
      stdin: true,
      tty: { rows: 31, columns: 97 },
      env: { A: "b=c" },
      user: "u",
      timeoutMs: 60_000,
    },
  ]);
  machine.say(channel.stdout, "out");
  // A terminal has no second channel.
  machine.say(channel.stderr, "err");
  machine.finish({ exitCode: 7 });
  expect(await raw.closed).toBe(1000);
  expect(raw.messages.slice(0, 2)).toEqual(["1:out", "1:err"]);
  expect(JSON.parse(raw.messages[2]?.slice(2) ?? "")).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason: "NonZeroExitCode",
    message: expect.any(String),
    details: { causes: [{ reason: "ExitCode", message: "7" }] },
  });
});

test("in v4 input has no end; a command that is not there is 127 with a text; one that cannot start says why", async () => {
  const machine = new Machine();
  const { server, client } = await started({ exec: async () => machine });
  const raw = dial(server, `${path}/exec?command=x&stdin=true&stdout=true&stderr=true`, ["v4.channel.k8s.io"]);
  await once(raw.socket, "open");
  raw.socket.send(Buffer.from([255, 0]));
  raw.socket.send(Buffer.from("\u0000more"));
  await expect.poll(() => machine.heard, soon).toEqual(["0:more"]);
  machine.finish({ reason: "NotFound", message: "no such command: x" });
  await raw.closed;
  expect(raw.messages[0]).toBe("2:no such command: x\n");
  expect(raw.messages[1]).toContain('"message":"127"');
  const attached = await openCommand(client.transport, { path: `${path}/attach` });
  expect((await attached.output().next()).done).toBe(true);
  expect(() => attached.exitCode()).toThrow("the process is not running");
});

test("what is wrong with a request is told before the connection is accepted, also to those who speak SPDY", async () => {
  const { server } = await started();
  const v5 = ["v5.channel.k8s.io"];
  const refuse = (address: string, protocols = v5, headers = {}) => refusal(dial(server, address, protocols, headers));
  const good = "command=x&stdout=true";
  expect(await refuse(`${path}/exec?${good}`, ["v1.channel.k8s.io"])).toMatch(
    /^400 unable to negotiate protocol: client supports v1/,
  );
  expect(await refuse(`${path}/exec?command=x`)).toBe("400 you must specify at least 1 of stdin, stdout, stderr");
  expect(await refuse(`${path}/exec?stdout=true`)).toBe("400 you must specify at least one command");
  expect(await refuse(`${path}/exec?${good}&timeout=5`)).toMatch(/^422 timeout: /);
  expect(await refuse(`${path}/attach?stdin=true`)).toMatch(/^400 processes have no standard input/);
  expect(await refuse(`${path}q/exec?${good}`)).toBe('404 processes.plush.dev "pq" not found');
  const pod = "/api/v1/namespaces/default/pods/p";
  expect(await refuse(`${pod}/exec?${good}&container=other`)).toBe("400 container other is not valid for pod p");
  expect((await send(server, `${pod}/log?container=other`)).text).toContain("container other is not valid for pod p");
  expect(await refuse(`${path}/proxy`)).toMatch(/^404/);
  expect(await refuse(`${path}/exec?${good}`, v5, { origin: "https://elsewhere.example" })).toMatch(/^403 a page of/);
  expect(await refuse(`${path}/log`, ["binary.k8s.io"])).toBe("404 the process has not been started here");
  const spdy = { method: "POST", headers: { connection: "Upgrade", upgrade: "SPDY/3.1" } };
  const old = await send(server, `${path}/exec?${good}`, spdy);
  expect(old.code).toBe(400);
  expect(JSON.parse(old.text)).toMatchObject({
    kind: "Status",
    message: expect.stringContaining("kubectl 1.30 or newer"),
  });
  expect((await send(server, `${path}q/exec?${good}`, spdy)).code).toBe(404);
  expect((await send(server, `${path}/exec?${good}`, { ...spdy, credential: undefined })).code).toBe(403);
  expect((await send(server, `${path}/exec?${good}`)).text).toContain("Upgrade request required");
  const own = dial(server, `${path}/exec?${good}`, v5, { origin: server.server.url });
  await once(own.socket, "open");
});

test("a page runs commands by the platform's WebSocket, its token among the protocols", async () => {
  const machine = new Machine();
  const { server } = await started({ exec: async () => machine });
  const { url } = server.server;
  const ca = server.pki.authority.certificate;
  vi.stubGlobal(
    "WebSocket",
    class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { ca, origin: url });
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  const page = fetchTransport({ server: url, token: "good" });
  const command = await openCommand(page, { path: `${path}/exec`, command: ["cat"], stdin: true });
  await command.write(Buffer.alloc(100_000, "x"));
  await command.endInput();
  await expect.poll(() => machine.heard.map((text) => text.length), soon).toEqual([65_538, 34_466, 2]);
  machine.say(channel.stdout, "out");
  machine.finish({ exitCode: 3 });
  const output = [];
  for await (const { bytes } of command.output()) output.push(Buffer.from(bytes).toString());
  expect([output, command.exitCode()]).toEqual([["out"], 3]);
  const refused = openCommand(fetchTransport({ server: url, token: "bad" }), {
    path: `${path}/exec`,
    command: ["cat"],
  });
  await expect(refused).rejects.toMatchObject({ reason: "Unreachable" });
});

test("a client that goes takes its command with it", async () => {
  const machine = new Machine();
  const { server } = await started({ exec: async () => machine });
  const raw = dial(server, `${path}/exec?command=x&stdout=true`, ["v5.channel.k8s.io"]);
  await once(raw.socket, "open");
  machine.say(channel.stdout, "x");
  await expect.poll(() => raw.messages.length, soon).toBe(1);
  const metrics = async (): Promise<string> => (await server.metrics.text()).body;
  expect(await metrics()).toContain("plush_api_streams 1");
  raw.socket.terminate();
  await expect.poll(() => machine.destroyed, soon).toBe(true);
  await expect.poll(metrics, soon).toContain("plush_api_streams 0");
  expect(await metrics()).toContain('plush_api_requests_total{verb="create",resource="processes",code="101"} 1');
});

test("who does not read makes the other end wait, in both directions", async () => {
  let produced = 0;
  const flood = new Duplex({
    read() {
      produced += 1 << 16;
      this.push(encodeFrame(channel.stdout, Buffer.alloc(1 << 16)));
    },
    // Takes nothing.
    write: () => undefined,
  });
  const { server } = await started({ exec: async () => flood });
  const { socket } = dial(server, `${path}/exec?command=x&stdin=true&stdout=true`, ["v5.channel.k8s.io"]);
  await once(socket, "open");
  socket.pause();
  let [before, after] = [-1, 0];
  await expect
    .poll(
      () => {
        [before, after] = [after, produced];
        return after > 0 && before === after;
      },
      { ...soon, interval: 200 },
    )
    .toBe(true);
  // What the kernel's buffers hold, and little more.
  expect(produced).toBeLessThan(16 << 20);
  socket.resume();
  await expect.poll(() => produced, soon).toBeGreaterThan(after);
  const message = Buffer.concat([Buffer.from([0]), Buffer.alloc(1 << 16)]);
  let isStuck = false;
  for (let sent = 0; sent < 64 << 20 && !isStuck; sent += message.length) {
    socket.send(message);
    isStuck = socket.bufferedAmount > 8 << 20;
  }
  expect(isStuck).toBe(true);
});
