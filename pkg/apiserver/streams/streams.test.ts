import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { Duplex, PassThrough, Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { send } from "../../../test/support/send.ts";
import { startTestServer, type TestServer } from "../../../test/support/test-api.ts";
import { kinds } from "../../api/index.ts";
import { duplexOf, type HttpClient, httpClient, openCommand } from "../../client/index.ts";
import { channel, type ExecRequest, type ExecResult, encodeFrame, FrameDecoder } from "../../protocol/index.ts";
import { SpdySession } from "../../spdy/index.ts";
import { StatusError } from "../../status/index.ts";
import type { LogRequest, MachineStreams } from "./machine-streams.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000, interval: 10 };
const path = "/apis/plush.dev/v1/namespaces/default/processes/p";
const manifest = {
  apiVersion: "plush.dev/v1",
  kind: "Process",
  metadata: { name: "p", namespace: "default" },
  spec: { command: ["x"], resourceName: "n", restartPolicy: "Never" },
};

const none: MachineStreams = {
  exec: () => Promise.reject(new StatusError("NotFound", "no commands here")),
  attach: () => Promise.reject(new StatusError("Conflict", "the process is not running")),
  openPort: () => Promise.reject(new StatusError("Unreachable", "port 9: connection refused")),
  readLog: () => Promise.reject(new StatusError("NotFound", "the process has not been started here")),
};

async function started(streams: Partial<MachineStreams> = {}): Promise<{ server: TestServer; client: HttpClient }> {
  const server = await startTestServer({
    findMachine: () => ({ ...none, ...streams }),
    readToken: async (token) =>
      token === "good" ? { identity: { user: "root", groups: ["system:masters"] } } : undefined,
  });
  await server.user.create(kinds.Process, manifest as never, {});
  const { authority, admin } = server.pki;
  const connection = { server: server.server.url, ca: authority.certificate, cert: admin.certificate, key: admin.key };
  const client = httpClient(connection);
  onTestFinished(() => client.close());
  return { server, client };
}

/** A machine's end of a command: what it says is pushed, what it hears is noted. */
class Machine extends Duplex {
  readonly heard: string[] = [];
  readonly #decoder = new FrameDecoder();
  override _read(): void {}
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    for (const { channel: id, payload } of this.#decoder.push(chunk)) this.heard.push(`${id}:${Buffer.from(payload)}`);
    done();
  }
  say(id: number, text: string): void {
    this.push(encodeFrame(id, Buffer.from(text)));
  }
  end_(result: ExecResult): void {
    this.say(channel.result, JSON.stringify(result));
    this.push(null);
  }
}

interface Raw {
  readonly socket: WebSocket;
  readonly messages: string[];
  readonly closed: Promise<number>;
}

/** A WebSocket as any library makes it, without our client; with a token among its protocols. */
function dial(
  server: TestServer,
  address: string,
  protocols: readonly string[],
  headers: Record<string, string> = {},
): Raw {
  const token = `base64url.bearer.authorization.k8s.io.${Buffer.from("good").toString("base64url")}`;
  const socket = new WebSocket(server.server.url.replace("https", "wss") + address, [...protocols, token], {
    ca: server.pki.authority.certificate,
    headers,
  });
  onTestFinished(() => socket.terminate());
  const messages: string[] = [];
  socket.on("message", (data: Buffer) => messages.push(`${data[0]}:${data.subarray(1)}`));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  return { socket, messages, closed };
}

/** Code and message of a handshake that is refused. */
function refusal({ socket }: Raw): Promise<string> {
  return new Promise((resolve) => {
    socket.on("error", () => undefined);
    socket.once("unexpected-response", (_, response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += String(chunk);
      });
      response.on("end", () => resolve(`${response.statusCode} ${(JSON.parse(text) as { message: string }).message}`));
    });
  });
}

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
  machine.end_({ exitCode: 7 });
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
  machine.end_({ reason: "NotFound", message: "no such command: x" });
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

test("ports: SPDY within a WebSocket, many connections at once, and why one cannot be had", async () => {
  const echo = createServer((socket) => socket.pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  onTestFinished(() => void echo.close());
  const address = echo.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const { client } = await started({
    openPort: async (wanted) =>
      wanted === "echo" ? createConnection({ host: "127.0.0.1", port, allowHalfOpen: true }) : none.openPort(wanted),
  });
  const socket = await client.transport.connect({
    path: `${path}/portforward`,
    protocols: ["SPDY/3.1+portforward.k8s.io"],
  });
  expect(socket.protocol).toBe("SPDY/3.1+portforward.k8s.io");
  const session = new SpdySession(duplexOf(socket), { role: "client" });
  const open = async (wanted: string, requestid: string) => {
    const error = await session.open({ streamtype: "error", port: wanted, requestid });
    error.end();
    return {
      error: error.setEncoding("utf8").toArray(),
      data: await session.open({ streamtype: "data", port: wanted, requestid }),
    };
  };
  const talk = async (requestid: string, size: number): Promise<void> => {
    const { error, data } = await open("echo", requestid);
    data.end(Buffer.alloc(size, requestid));
    expect(Buffer.concat(await data.toArray()).equals(Buffer.alloc(size, requestid))).toBe(true);
    expect(await error).toEqual([]);
  };
  await Promise.all([talk("1", 10), talk("2", 300_000), talk("3", 1_000_000)]);
  const failed = await open("9", "4");
  expect(await failed.error).toEqual(["error forwarding port 9: port 9: connection refused"]);
  await talk("5", 5);
  session.close();
  await session.closed;
});

test("ports as client libraries forward them: two channels each", async () => {
  const { server } = await started({
    openPort: async (port) => {
      if (port !== "80") return none.openPort(port);
      const stream = new PassThrough();
      stream.write("welcome ");
      return stream;
    },
  });
  const raw = dial(server, `${path}/portforward?ports=80,81`, ["v4.channel.k8s.io"]);
  await once(raw.socket, "open");
  raw.socket.send(Buffer.from("\u0000guest"));
  const onChannel = (id: number) =>
    raw.messages.filter((text) => text.startsWith(`${id}:`)).map((text) => text.slice(2));
  await expect.poll(() => onChannel(0).join(""), soon).toBe("P\0welcome guest");
  expect(onChannel(1)).toEqual(["P\0"]);
  expect(onChannel(3)).toEqual(["Q\0", "error forwarding port 81: port 9: connection refused"]);
});

test("logs, over HTTP and as messages: how much of them, and since when", async () => {
  const asked: Partial<LogRequest>[] = [];
  const { server } = await started({
    readLog: async ({ signal: _, ...request }) => {
      asked.push(request);
      return Readable.from([Buffer.from("one\n"), Buffer.from("two\n")]);
    },
  });
  expect(await send(server, `${path}/log?follow=True&tailLines=3&container=main`)).toMatchObject({
    code: 200,
    text: "one\ntwo\n",
  });
  expect((await send(server, `${path}/log?limitBytes=5&sinceTime=2026-01-02T03:04:05Z`)).text).toBe("one\nt");
  for (const bad of ["tailLines=-1", "limitBytes=0", "sinceTime=yesterday"])
    expect((await send(server, `${path}/log?${bad}`)).code, bad).toBe(422);
  expect((await send(server, `${path}/log?sinceSeconds=x`)).code).toBe(400);
  expect((await send(server, `${path}/log?sinceSeconds=1&sinceTime=2026-01-02T03:04:05Z`)).code).toBe(400);
  expect((await send(server, `${path}q/log`)).code).toBe(404);
  expect(asked).toEqual([
    { follow: true, previous: false, timestamps: false, tailLines: 3 },
    { follow: false, previous: false, timestamps: false, since: "2026-01-02T03:04:05Z" },
  ]);
  const raw = dial(server, `${path}/log?timestamps=1`, ["binary.k8s.io"]);
  expect(await raw.closed).toBe(1000);
  expect(raw.messages).toEqual([`${"o".charCodeAt(0)}:ne\n`, `${"t".charCodeAt(0)}:wo\n`]);
  expect(asked.at(-1)).toMatchObject({ timestamps: true });
});
